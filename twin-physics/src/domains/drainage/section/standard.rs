//! Shapes known by tables: egg, horseshoe, gothic, catenary, semi-ellipse, basket handle, semi-circle, ellipse, arch.
//!
//! *Source:* Rossman (2017), *Storm Water Management Model Reference Manual*, vol. II Hydraulics, EPA/600/R-17/111,
//! chapter 5 (cross-section geometry).

use super::build::{base, check};
use super::compiled::{Kind, Section, TableRef};
use super::shape::{PipeSize, SectionError, Shape};
use super::{data_round as round, data_size as size, data_vault as vault};
use crate::units::{M_PER_FT, M_PER_IN};

/// What SWMM knows of a shape of unit height beside its tables.
struct Standard {
    shape: &'static str,
    table: TableRef<'static>,
    area: f64,
    radius: f64,
    width: f64,
    depth_at_max_width: f64,
    /// Greatest section factor over that of the full section.
    max_factor: f64,
    /// Relative area there.
    crown: f64,
}

static EGG: Standard = Standard {
    shape: "EGG",
    table: TableRef {
        area: &round::AREA_EGG,
        radius: &round::RADIUS_EGG,
        width: &round::WIDTH_EGG,
        depth: &round::DEPTH_EGG,
        factor: &round::FACTOR_EGG,
    },
    area: 0.5105,
    radius: 0.1931,
    width: 2.0 / 3.0,
    depth_at_max_width: 0.64,
    max_factor: 1.065,
    crown: 0.96,
};

static HORSESHOE: Standard = Standard {
    shape: "HORSESHOE",
    table: TableRef {
        area: &round::AREA_HORSESHOE,
        radius: &round::RADIUS_HORSESHOE,
        width: &round::WIDTH_HORSESHOE,
        depth: &round::DEPTH_HORSESHOE,
        factor: &round::FACTOR_HORSESHOE,
    },
    area: 0.8293,
    radius: 0.2538,
    width: 1.0,
    depth_at_max_width: 0.5,
    max_factor: 1.077,
    crown: 0.96,
};

static GOTHIC: Standard = Standard {
    shape: "GOTHIC",
    table: TableRef {
        area: &[],
        radius: &[],
        width: &vault::WIDTH_GOTHIC,
        depth: &vault::DEPTH_GOTHIC,
        factor: &vault::FACTOR_GOTHIC,
    },
    area: 0.6554,
    radius: 0.2269,
    width: 0.84,
    depth_at_max_width: 0.45,
    max_factor: 1.065,
    crown: 0.96,
};

static CATENARY: Standard = Standard {
    shape: "CATENARY",
    table: TableRef {
        area: &[],
        radius: &[],
        width: &vault::WIDTH_CATENARY,
        depth: &vault::DEPTH_CATENARY,
        factor: &vault::FACTOR_CATENARY,
    },
    area: 0.70277,
    radius: 0.23172,
    width: 0.9,
    depth_at_max_width: 0.25,
    max_factor: 1.05,
    crown: 0.98,
};

static SEMI_ELLIPTICAL: Standard = Standard {
    shape: "SEMIELLIPTICAL",
    table: TableRef {
        area: &[],
        radius: &[],
        width: &vault::WIDTH_SEMI_ELLIPTICAL,
        depth: &vault::DEPTH_SEMI_ELLIPTICAL,
        factor: &vault::FACTOR_SEMI_ELLIPTICAL,
    },
    area: 0.785,
    radius: 0.242,
    width: 1.0,
    depth_at_max_width: 0.15,
    max_factor: 1.045,
    crown: 0.98,
};

static BASKET_HANDLE: Standard = Standard {
    shape: "BASKETHANDLE",
    table: TableRef {
        area: &vault::AREA_BASKET_HANDLE,
        radius: &vault::RADIUS_BASKET_HANDLE,
        width: &vault::WIDTH_BASKET_HANDLE,
        depth: &vault::DEPTH_BASKET_HANDLE,
        factor: &vault::FACTOR_BASKET_HANDLE,
    },
    area: 0.7862,
    radius: 0.2464,
    width: 0.944,
    depth_at_max_width: 0.2,
    max_factor: 1.06078,
    crown: 0.96,
};

static SEMI_CIRCULAR: Standard = Standard {
    shape: "SEMICIRCULAR",
    table: TableRef {
        area: &[],
        radius: &[],
        width: &vault::WIDTH_SEMI_CIRCULAR,
        depth: &vault::DEPTH_SEMI_CIRCULAR,
        factor: &vault::FACTOR_SEMI_CIRCULAR,
    },
    area: 1.2697,
    radius: 0.2946,
    width: 1.64,
    depth_at_max_width: 0.15,
    max_factor: 1.06637,
    crown: 0.96,
};

static HORIZ_ELLIPSE: TableRef<'static> = TableRef {
    area: &round::AREA_HORIZ_ELLIPSE,
    radius: &round::RADIUS_HORIZ_ELLIPSE,
    width: &round::WIDTH_HORIZ_ELLIPSE,
    depth: &[],
    factor: &[],
};

static VERT_ELLIPSE: TableRef<'static> = TableRef {
    area: &round::AREA_VERT_ELLIPSE,
    radius: &round::RADIUS_VERT_ELLIPSE,
    width: &round::WIDTH_VERT_ELLIPSE,
    depth: &[],
    factor: &[],
};

static ARCH: TableRef<'static> = TableRef {
    area: &round::AREA_ARCH,
    radius: &round::RADIUS_ARCH,
    width: &round::WIDTH_ARCH,
    depth: &[],
    factor: &[],
};

/// Compiles a shape of this file.
pub(super) fn compile(shape: &Shape) -> Result<Section, SectionError> {
    match shape {
        Shape::Eggshaped { depth_m } => unit_shape(&EGG, *depth_m),
        Shape::Horseshoe { depth_m } => unit_shape(&HORSESHOE, *depth_m),
        Shape::Gothic { depth_m } => unit_shape(&GOTHIC, *depth_m),
        Shape::Catenary { depth_m } => unit_shape(&CATENARY, *depth_m),
        Shape::SemiElliptical { depth_m } => unit_shape(&SEMI_ELLIPTICAL, *depth_m),
        Shape::BasketHandle { depth_m } => unit_shape(&BASKET_HANDLE, *depth_m),
        Shape::SemiCircular { depth_m } => unit_shape(&SEMI_CIRCULAR, *depth_m),
        Shape::HorizEllipse(given) => horiz_ellipse(*given),
        Shape::VertEllipse(given) => vert_ellipse(*given),
        Shape::Arch(given) => arch(*given),
        other => Section::new(other),
    }
}

fn unit_shape(standard: &'static Standard, depth_m: f64) -> Result<Section, SectionError> {
    let depth = check(standard.shape, "height", depth_m)?;
    let kind = Kind::Table(&standard.table);
    let area = standard.area * depth * depth;
    let mut section = base(kind, depth, standard.width * depth, area, standard.radius * depth);
    section.open = false;
    section.depth_at_max_width_m = standard.depth_at_max_width * depth;
    section.max_section_factor = standard.max_factor * section.full_section_factor;
    section.area_at_max_flow_m2 = standard.crown * area;
    Ok(section)
}

/// Height, span, area and hydraulic radius of a pipe when full.
struct Full {
    depth_m: f64,
    width_m: f64,
    area_m2: f64,
    radius_m: f64,
}

fn horiz_ellipse(given: PipeSize) -> Result<Section, SectionError> {
    let shape = "HORIZ_ELLIPSE";
    let full = match given {
        PipeSize::Axes { depth_m, width_m } => {
            let depth = check(shape, "height", depth_m)?;
            let width = check(shape, "span", width_m)?;
            Full { depth_m: depth, width_m: width, area_m2: 1.2692 * depth * depth, radius_m: 0.3061 * depth }
        }
        PipeSize::Standard(code) => ellipse_size(shape, code)?,
    };
    Ok(pipe(&HORIZ_ELLIPSE, &full, 0.48, 0.96))
}

fn vert_ellipse(given: PipeSize) -> Result<Section, SectionError> {
    let shape = "VERT_ELLIPSE";
    let full = match given {
        PipeSize::Axes { depth_m, width_m } => {
            let depth = check(shape, "height", depth_m)?;
            let width = check(shape, "span", width_m)?;
            Full { depth_m: depth, width_m: width, area_m2: 1.2692 * width * width, radius_m: 0.3061 * width }
        }
        PipeSize::Standard(code) => {
            let lying = ellipse_size(shape, code)?;
            Full { depth_m: lying.width_m, width_m: lying.depth_m, ..lying }
        }
    };
    Ok(pipe(&VERT_ELLIPSE, &full, 0.48, 0.96))
}

fn arch(given: PipeSize) -> Result<Section, SectionError> {
    let shape = "ARCH";
    let full = match given {
        PipeSize::Axes { depth_m, width_m } => {
            let depth = check(shape, "height", depth_m)?;
            let width = check(shape, "span", width_m)?;
            Full { depth_m: depth, width_m: width, area_m2: 0.7879 * depth * width, radius_m: 0.2991 * depth }
        }
        PipeSize::Standard(code) => {
            let at = entry(shape, code, size::ARCH_RISE_IN.len())?;
            Full {
                depth_m: size::ARCH_RISE_IN[at] * M_PER_IN,
                width_m: size::ARCH_SPAN_IN[at] * M_PER_IN,
                area_m2: size::ARCH_AREA_FT2[at] * M_PER_FT * M_PER_FT,
                radius_m: size::ARCH_RADIUS_FT[at] * M_PER_FT,
            }
        }
    };
    Ok(pipe(&ARCH, &full, 0.28, 0.92))
}

/// A standard ellipse lying down.
fn ellipse_size(shape: &'static str, code: u8) -> Result<Full, SectionError> {
    let at = entry(shape, code, size::ELLIPSE_MINOR_IN.len())?;
    Ok(Full {
        depth_m: size::ELLIPSE_MINOR_IN[at] * M_PER_IN,
        width_m: size::ELLIPSE_MAJOR_IN[at] * M_PER_IN,
        area_m2: size::ELLIPSE_AREA_FT2[at] * M_PER_FT * M_PER_FT,
        radius_m: size::ELLIPSE_RADIUS_FT[at] * M_PER_FT,
    })
}

fn entry(shape: &'static str, code: u8, count: usize) -> Result<usize, SectionError> {
    let at = usize::from(code).wrapping_sub(1);
    if at < count { Ok(at) } else { Err(SectionError::NoSuchSize { shape, code, count }) }
}

/// SWMM takes the section factor of the full pipe as the greatest, though the table's radius is greater below it.
fn pipe(table: &'static TableRef<'static>, full: &Full, depth_at_max_width: f64, crown: f64) -> Section {
    let mut section = base(Kind::Table(table), full.depth_m, full.width_m, full.area_m2, full.radius_m);
    section.open = false;
    section.depth_at_max_width_m = depth_at_max_width * full.depth_m;
    section.area_at_max_flow_m2 = crown * full.area_m2;
    section
}

/// Width at a relative depth for a smooth profile: linear between the entries, but rounded in the lowest and the
/// highest interval, where the square of the width of a vault is linear and its width is not [m].
pub(super) fn smooth_width(section: &Section, rel: f64) -> f64 {
    let (table, rounded) = match section.kind {
        Kind::Table(table) => (table.width, true),
        _ => (section.own_table().width, false),
    };
    let last = table.len() - 1;
    let t = rel * last as f64;
    let i = (t as usize).min(last - 1);
    let (low, high, f) = (table[i], table[i + 1], t - i as f64);
    let width = if rounded && (i == 0 || i == last - 1) {
        (low * low + f * (high * high - low * low)).max(0.0).sqrt()
    } else {
        low + f * (high - low)
    };
    width * section.max_width_m
}
