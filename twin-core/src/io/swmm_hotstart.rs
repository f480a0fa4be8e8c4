//! SWMM's hot start files, versions 1 to 4: the state at the end of one run, with which another begins.
//!
//! All numbers are in SWMM's own units, whatever those of the model: feet, seconds, ft³/s. Version 4 (SWMM 5.1.8 and
//! newer) is stamp, six counts, the subcatchments in double precision, nodes and links in single precision; version 3
//! lacks the residence time of storage units; version 2 keeps of subcatchments only groundwater; version 1 nothing.
//!
//! # Departures
//! SWMM 5.1.8 to 5.2.4 write each build-up as many times as there are pollutants, and cannot read that again; such a
//! file is read here as it was meant, and the right form is written.
//! # Source
//! L. A. Rossman and M. A. Simon, SWMM User's Manual version 5.2 (EPA/600/R-22/030, 2022), "Hot start files"; layout
//! as in files of SWMM 5.2.4.

use std::io::{self, Write};

use super::swmm_bytes::{Bytes, Found, codes, int};
use super::swmm_out::FlowUnits;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};

codes! {
    NOT_HOT_START "HOT-101" "不是 SWMM 热启动文件" "not a hot start file of SWMM 5";
    OTHER_MODEL "HOT-102" "热启动文件属于另一个模型" "the file is of a model with other numbers of objects, or other units";
    SIZE "HOT-103" "热启动文件大小不符" "the size of the file does not follow from the model";
    NOT_FINITE "HOT-104" "热启动文件含非数值" "a value is no number";
    REPEATED "HOT-105" "污染物累积量重复写入" "each build-up is written several times, as SWMM 5.2.4 does; the first was taken";
}

const STAMP: &[u8] = b"SWMM5-HOTSTART";

/// What of a model a hot start file depends on: the file itself says only the numbers of objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HotStartShape {
    /// Whether each subcatchment has groundwater, and whether it has a snow pack.
    pub subcatchments: Vec<(bool, bool)>,
    /// Number of land uses.
    pub land_uses: usize,
    /// Whether each node is a storage unit.
    pub storage_nodes: Vec<bool>,
    /// Number of links.
    pub links: usize,
    /// Number of pollutants.
    pub pollutants: usize,
    /// Flow units of the model.
    pub flow_units: FlowUnits,
}

/// A hot start file.
#[derive(Debug, Clone, PartialEq)]
pub struct HotStart {
    /// 1 to 4.
    pub version: u8,
    /// Subcatchments; of version 2 with groundwater alone, of version 1 none.
    pub subcatchments: Vec<HotSubcatchment>,
    /// Nodes.
    pub nodes: Vec<HotNode>,
    /// Links.
    pub links: Vec<HotLink>,
}

/// State of a subcatchment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HotSubcatchment {
    /// Water on its impervious area without storage, with storage, on its pervious area [ft].
    pub depth_ft: [f64; 3],
    /// Runoff [ft³/s].
    pub runoff_cfs: f64,
    /// State of its infiltration method, in SWMM's order and units; what a method does not use is 0.
    pub infiltration: [f64; 6],
    /// Groundwater.
    pub groundwater: Option<HotGroundwater>,
    /// Snow depth [ft], free water [ft], cold content [ft], antecedent temperature [°F] and areal index of plowable,
    /// impervious and pervious area.
    pub snow: Option<[[f64; 5]; 3]>,
    /// Concentration of each pollutant in runoff [mass/L].
    pub runoff_quality: Vec<f64>,
    /// Mass of each pollutant in ponded water.
    pub ponded_quality: Vec<f64>,
    /// Land uses.
    pub land_uses: Vec<HotLandUse>,
}

/// State of groundwater.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HotGroundwater {
    /// Moisture of the upper zone, a fraction.
    pub moisture: f64,
    /// Elevation of the water table [ft].
    pub water_table_ft: f64,
    /// Lateral flow per area [ft/s]; 0 in version 2.
    pub flow_fts: f64,
    /// What the upper zone can still take up [ft]; `None` in version 2.
    pub capacity_ft: Option<f64>,
}

/// State of a land use within a subcatchment.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HotLandUse {
    /// Build-up of each pollutant, in lbs, kg or counts.
    pub buildup: Vec<f64>,
    /// When it was last swept [days since 1899-12-30].
    pub last_swept_days: f64,
}

/// State of a node.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HotNode {
    /// Depth [ft].
    pub depth_ft: f32,
    /// Lateral inflow [ft³/s].
    pub lateral_inflow_cfs: f32,
    /// Hydraulic residence time of a storage unit [s]; version 4.
    pub residence_s: Option<f32>,
    /// Concentration of each pollutant.
    pub quality: Vec<f32>,
}

/// State of a link.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HotLink {
    /// Flow [ft³/s].
    pub flow_cfs: f32,
    /// Depth [ft].
    pub depth_ft: f32,
    /// Setting: speed of a pump, opening of a regulator.
    pub setting: f32,
    /// Concentration of each pollutant.
    pub quality: Vec<f32>,
}

impl HotStartShape {
    /// Counts as the header of a version has them.
    fn counts(&self, version: u8) -> Vec<i32> {
        let mut counts = Vec::new();
        if version >= 2 {
            counts.push(int(self.subcatchments.len()));
        }
        if version >= 3 {
            counts.push(int(self.land_uses));
        }
        counts.extend([self.storage_nodes.len(), self.links, self.pollutants].map(int));
        counts.push(self.flow_units.code());
        counts
    }

    /// Bytes after the header, each build-up written `times` over.
    fn size(&self, version: u8, times: usize) -> usize {
        let (p, subs) = (self.pollutants, self.subcatchments.len());
        let quality = if p > 0 { 2 * p + self.land_uses * (p * times + 1) } else { 0 };
        let extra = |s: &(bool, bool)| 4 * usize::from(s.0) + 15 * usize::from(s.1);
        let land = match version {
            1 => 0,
            2 => 8 * subs,
            _ => 8 * (subs * (10 + quality) + self.subcatchments.iter().map(extra).sum::<usize>()),
        };
        let storage = self.storage_nodes.iter().filter(|s| **s && version >= 4).count();
        let per_node = 2 + p + if version <= 2 { p } else { 0 };
        land + 4 * (self.storage_nodes.len() * per_node + storage + self.links * (3 + p))
    }
}

/// The version and what follows the header, where its counts are those of the model.
fn header<'a>(bytes: &'a [u8], shape: &HotStartShape) -> Result<(u8, Bytes<'a>), (&'static str, &'static str)> {
    let rest = bytes.strip_prefix(STAMP).ok_or((NOT_HOT_START, "it does not begin with SWMM5-HOTSTART"))?;
    let numbered = rest.first().and_then(|b| b.checked_sub(b'0')).filter(|v| (2..=4).contains(v));
    // Version 1 has no number, but its first count may look like one.
    let versions = numbered.map(|v| (v, &rest[1..])).into_iter().chain([(1, rest)]);
    for (version, body) in versions {
        let mut b = Bytes(body);
        if shape.counts(version).iter().all(|n| b.int() == Some(*n)) {
            return Ok((version, b));
        }
    }
    Err((
        OTHER_MODEL,
        "its numbers of subcatchments, land uses, nodes, links and pollutants, or its flow units, differ",
    ))
}

/// Reads a hot start file of a model.
///
/// # Errors
/// Codes `HOT-101` to `HOT-104`; then there is no answer.
#[must_use]
pub fn read(file: &str, bytes: &[u8], shape: &HotStartShape) -> (Option<HotStart>, Diagnostics) {
    let mut found = Found::new(file);
    let (version, body) = match header(bytes, shape) {
        Ok(header) => header,
        Err((code, message)) => {
            found.error(code, message, "save a hot start file by a run of this very model");
            return found.with(None);
        }
    };
    let size = body.0.len();
    let times = [1, shape.pollutants.max(1)].into_iter().find(|times| shape.size(version, *times) == size);
    let Some(times) = times else {
        let message = format!("{size} bytes after its header, the model asks for {}", shape.size(version, 1));
        found.error(SIZE, &message, "save it again: groundwater, snow packs or storage units may have changed");
        return found.with(None);
    };
    if times > 1 {
        found.list.push(Diagnostic {
            severity: Severity::Info,
            ..Diagnostic::of_file(file, REPEATED, "each build-up is written once for each pollutant", "")
        });
    }
    let mut r = Reader { bytes: body, shape, version, times, finite: true };
    let answer = r.all();
    if !r.finite {
        found.error(NOT_FINITE, "it holds a value that is no number", "find out why the run that saved it went astray");
    }
    found.with(answer)
}

struct Reader<'a> {
    bytes: Bytes<'a>,
    shape: &'a HotStartShape,
    version: u8,
    times: usize,
    finite: bool,
}

impl Reader<'_> {
    fn double(&mut self) -> Option<f64> {
        let v = self.bytes.f64()?;
        self.finite &= v.is_finite();
        Some(v)
    }

    fn single(&mut self) -> Option<f32> {
        let v = self.bytes.f32()?;
        self.finite &= v.is_finite();
        Some(v)
    }

    fn doubles<const N: usize>(&mut self) -> Option<[f64; N]> {
        let mut values = [0.0; N];
        for v in &mut values {
            *v = self.double()?;
        }
        Some(values)
    }

    fn list(&mut self, n: usize) -> Option<Vec<f64>> {
        (0..n).map(|_| self.double()).collect()
    }

    fn qualities(&mut self) -> Option<Vec<f32>> {
        (0..self.shape.pollutants).map(|_| self.single()).collect()
    }

    fn all(&mut self) -> Option<HotStart> {
        let shape = self.shape;
        let land = if self.version == 1 { &[] } else { shape.subcatchments.as_slice() };
        let subcatchments = land.iter().map(|s| self.subcatchment(*s)).collect::<Option<_>>()?;
        let nodes = shape.storage_nodes.iter().map(|s| self.node(*s)).collect::<Option<_>>()?;
        let links = (0..shape.links).map(|_| self.link()).collect::<Option<_>>()?;
        Some(HotStart { version: self.version, subcatchments, nodes, links })
    }

    fn subcatchment(&mut self, (groundwater, snow): (bool, bool)) -> Option<HotSubcatchment> {
        let mut s = HotSubcatchment::default();
        if self.version == 2 {
            let (moisture, table) = (f64::from(self.single()?), f64::from(self.single()?));
            let state = HotGroundwater { moisture, water_table_ft: table, flow_fts: 0.0, capacity_ft: None };
            s.groundwater = groundwater.then_some(state);
            return Some(s);
        }
        s.depth_ft = self.doubles()?;
        s.runoff_cfs = self.double()?;
        s.infiltration = self.doubles()?;
        if groundwater {
            let [moisture, water_table_ft, flow_fts, capacity] = self.doubles()?;
            s.groundwater = Some(HotGroundwater { moisture, water_table_ft, flow_fts, capacity_ft: Some(capacity) });
        }
        if snow {
            s.snow = Some([self.doubles()?, self.doubles()?, self.doubles()?]);
        }
        let p = self.shape.pollutants;
        if p > 0 {
            s.runoff_quality = self.list(p)?;
            s.ponded_quality = self.list(p)?;
            s.land_uses = (0..self.shape.land_uses).map(|_| self.land_use()).collect::<Option<_>>()?;
        }
        Some(s)
    }

    fn land_use(&mut self) -> Option<HotLandUse> {
        let repeats = 8 * (self.times - 1);
        let mut buildup = Vec::new();
        for _ in 0..self.shape.pollutants {
            buildup.push(self.double()?);
            self.bytes.take(repeats)?;
        }
        Some(HotLandUse { buildup, last_swept_days: self.double()? })
    }

    fn node(&mut self, storage: bool) -> Option<HotNode> {
        let (depth_ft, lateral_inflow_cfs) = (self.single()?, self.single()?);
        let residence_s = if storage && self.version >= 4 { Some(self.single()?) } else { None };
        let quality = self.qualities()?;
        if self.version <= 2 {
            self.bytes.take(4 * self.shape.pollutants)?; // zeros for what once stood here
        }
        Some(HotNode { depth_ft, lateral_inflow_cfs, residence_s, quality })
    }

    fn link(&mut self) -> Option<HotLink> {
        let (flow_cfs, depth_ft, setting) = (self.single()?, self.single()?, self.single()?);
        Some(HotLink { flow_cfs, depth_ft, setting, quality: self.qualities()? })
    }
}

/// Whether a state has the objects of a shape.
fn fits(hot: &HotStart, shape: &HotStartShape) -> bool {
    let p = shape.pollutants;
    let land = |s: &HotSubcatchment, (groundwater, snow): (bool, bool)| {
        let quality = if p > 0 { shape.land_uses } else { 0 };
        s.groundwater.is_some_and(|g| g.capacity_ft.is_some()) == groundwater
            && s.snow.is_some() == snow
            && s.runoff_quality.len() == p
            && s.ponded_quality.len() == p
            && s.land_uses.len() == quality
            && s.land_uses.iter().all(|l| l.buildup.len() == p)
    };
    hot.subcatchments.len() == shape.subcatchments.len()
        && hot.subcatchments.iter().zip(&shape.subcatchments).all(|(s, has)| land(s, *has))
        && hot.nodes.len() == shape.storage_nodes.len()
        && hot
            .nodes
            .iter()
            .zip(&shape.storage_nodes)
            .all(|(n, s)| n.residence_s.is_some() == *s && n.quality.len() == p)
        && hot.links.len() == shape.links
        && hot.links.iter().all(|l| l.quality.len() == p)
}

/// Writes a hot start file of version 4, the only one that SWMM writes.
///
/// # Errors
/// `InvalidInput` where the state has other objects than the shape; else whatever the writer answers.
pub fn write(mut out: impl Write, hot: &HotStart, shape: &HotStartShape) -> io::Result<()> {
    if !fits(hot, shape) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "the state has other objects than its model"));
    }
    let mut b = [STAMP, b"4"].concat();
    b.extend(shape.counts(4).iter().flat_map(|n| n.to_le_bytes()));
    let doubles = |b: &mut Vec<u8>, values: &[f64]| b.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    let singles = |b: &mut Vec<u8>, values: &[f32]| b.extend(values.iter().flat_map(|v| v.to_le_bytes()));
    for s in &hot.subcatchments {
        doubles(&mut b, &s.depth_ft);
        doubles(&mut b, &[s.runoff_cfs]);
        doubles(&mut b, &s.infiltration);
        if let Some(g) = s.groundwater {
            doubles(&mut b, &[g.moisture, g.water_table_ft, g.flow_fts, g.capacity_ft.unwrap_or(0.0)]);
        }
        s.snow.iter().flatten().for_each(|surface| doubles(&mut b, surface));
        doubles(&mut b, &s.runoff_quality);
        doubles(&mut b, &s.ponded_quality);
        for l in &s.land_uses {
            doubles(&mut b, &l.buildup);
            doubles(&mut b, &[l.last_swept_days]);
        }
    }
    for n in &hot.nodes {
        singles(&mut b, &[n.depth_ft, n.lateral_inflow_cfs]);
        n.residence_s.iter().for_each(|r| singles(&mut b, &[*r]));
        singles(&mut b, &n.quality);
    }
    for l in &hot.links {
        singles(&mut b, &[l.flow_cfs, l.depth_ft, l.setting]);
        singles(&mut b, &l.quality);
    }
    out.write_all(&b)?;
    out.flush()
}

#[cfg(test)]
mod tests;
