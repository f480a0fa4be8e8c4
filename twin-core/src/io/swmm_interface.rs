//! SWMM's interface files, which pass results from one run to another: rainfall, runoff and RDII (binary), RDII and
//! routing flows (text, `INFLOWS` and `OUTFLOWS`).
//!
//! Dates are days since 1899-12-30. A reader believes no count before the file's size; what it cannot use is a coded
//! finding, and then there is no answer.
//! # Source
//! L. A. Rossman and M. A. Simon, SWMM User's Manual version 5.2 (EPA/600/R-22/030, 2022), "Interface files"; layout
//! of the binary ones as in files of SWMM 5.2.4.

mod binary;
mod text;

use super::swmm_bytes::codes;
use super::swmm_out::{FlowUnits, PollutantEntry};
use crate::diagnostic::Diagnostics;

pub use binary::{read_rainfall, read_runoff, write_rainfall, write_rdii, write_runoff};
pub use text::{read_routing, write_routing};

codes! {
    NOT_RAINFALL "IFC-101" "不是 SWMM 降雨接口文件" "not a rainfall interface file of SWMM 5";
    NOT_RUNOFF "IFC-102" "不是 SWMM 径流接口文件" "not a runoff interface file of SWMM 5";
    NOT_RDII "IFC-103" "不是 SWMM RDII 接口文件" "not an RDII interface file of SWMM 5";
    NOT_ROUTING "IFC-104" "不是 SWMM 流量接口文件" "not a routing interface file of SWMM 5";
    DAMAGED "IFC-105" "接口文件损坏" "a count or a size that does not follow from the file";
    HEAD "IFC-106" "接口文件表头有误" "a line of the head is not what it should be";
    ROW "IFC-107" "接口文件数据行有误" "a row lacks values, or has one that is no number";
    ORDER "IFC-108" "接口文件顺序有误" "rows out of the order of nodes or of time";
    NO_ROWS "IFC-109" "接口文件没有数据" "no rows at all";
}

/// A rainfall file: depths in **inches** in whatever units the model is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RainfallFile {
    /// Recording stations.
    pub gauges: Vec<RainfallGauge>,
}

/// The record of one station; intervals without rain are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RainfallGauge {
    /// Name of the station, not of the gauge; at most 1,024 bytes.
    pub station: String,
    /// Recording interval [s].
    pub interval_s: i32,
    /// Begin of the interval [days] and depth in it [in].
    pub records: Vec<(f64, f32)>,
}

/// A runoff file: results of all subcatchments at the end of each runoff step.
#[derive(Debug, Clone, PartialEq)]
pub struct RunoffFile {
    /// Number of subcatchments.
    pub subcatchments: usize,
    /// Number of pollutants.
    pub pollutants: usize,
    /// Flow units of the values.
    pub flow_units: FlowUnits,
    /// Length of each step [s], and the values of the first subcatchment, of the second, …, each in the order of
    /// [`super::swmm_out::SubcatchmentVariable`] with pollutants last.
    pub steps: Vec<(f32, Vec<f32>)>,
}

/// A binary RDII file: inflows in **ft³/s** at nodes by their position in the model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RdiiFile {
    /// Time step [s].
    pub step_s: i32,
    /// Nodes with RDII, 0-based.
    pub nodes: Vec<usize>,
    /// Begin of a step [days] and the inflow at each node [ft³/s]; steps without inflow are left out.
    pub records: Vec<(f64, Vec<f32>)>,
}

/// A text file of flows at nodes: `INFLOWS`, `OUTFLOWS`, or RDII.
#[derive(Debug, Clone, PartialEq)]
pub struct RoutingFile {
    /// Its second line.
    pub title: String,
    /// Time step [s].
    pub step_s: u32,
    /// Units of the flows.
    pub flow_units: FlowUnits,
    /// Pollutants after the flow.
    pub pollutants: Vec<PollutantEntry>,
    /// Names of nodes.
    pub nodes: Vec<String>,
    /// Date [days], and flow and concentrations of the first node, of the second, ….
    pub records: Vec<(f64, Vec<f64>)>,
}

/// An RDII file of either form.
#[derive(Debug, Clone, PartialEq)]
pub enum Rdii {
    /// As SWMM writes it.
    Binary(RdiiFile),
    /// As a person or another program writes it.
    Text(RoutingFile),
}

/// Reads an RDII file of either form; a binary one of a model of so many nodes.
#[must_use]
pub fn read_rdii(file: &str, bytes: &[u8], nodes: usize) -> (Option<Rdii>, Diagnostics) {
    if bytes.starts_with(binary::RDII) {
        let (answer, found) = binary::read_rdii(file, bytes, nodes);
        return (answer.map(Rdii::Binary), found);
    }
    let (answer, found) = text::read(file, bytes, NOT_RDII);
    (answer.map(Rdii::Text), found)
}

#[cfg(test)]
mod tests;
