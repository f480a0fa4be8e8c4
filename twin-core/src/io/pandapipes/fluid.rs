//! The fluid of a pandapipes file: properties over temperature or pressure, as objects within objects.

use serde_json::{Map, Value};
use twin_physics::medium::gas::{Compressibility, Gas, NORMAL_PRESSURE_PA, NORMAL_TEMPERATURE_K, Viscosity};
use twin_physics::num::curve::{Beyond, Curve};

use super::codes;
use super::table::{Reader, number, numbers};
use crate::io::loose_json;

/// Pascals in a bar.
pub(super) const PA_PER_BAR: f64 = 1e5;
/// Isentropic exponent of natural gas, where a fluid does not tell its own.
const ISENTROPIC: f64 = 1.31;
/// Gas constant as pandapipes rounds it [J/(mol K)]: it enters no equation of flow, the power of machines alone.
pub const ROUNDED_GAS_CONSTANT: f64 = 8.314;

/// What a file says of its gas beside what the model holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Fluid {
    /// Its name.
    pub name: String,
    /// Density at normal state [kg/m³].
    pub normal_kgm3: f64,
    /// Molar mass [kg/kmol].
    pub molar_kgkmol: Option<f64>,
    /// Heat capacity [J/(kg K)] over temperature [K].
    pub heat_capacity: Option<Property>,
}

/// A property of a fluid over one variable.
#[derive(Debug, Clone, PartialEq)]
pub enum Property {
    /// The same everywhere.
    Constant(f64),
    /// `offset + slope x`.
    Linear {
        /// At nothing.
        offset: f64,
        /// Slope.
        slope: f64,
    },
    /// Straight lines between points, the last ones going on.
    Table(Curve),
    /// Sutherland's law of viscosity over temperature.
    Sutherland {
        /// Viscosity at `t0` [Pa s].
        eta0: f64,
        /// Temperature [K].
        t0: f64,
        /// Sutherland's constant [K].
        constant: f64,
    },
}

impl Property {
    /// Its value.
    #[must_use]
    pub fn at(&self, x: f64) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::Linear { offset, slope } => offset + slope * x,
            Self::Table(curve) => curve.at(x, Beyond::Extend).0,
            Self::Sutherland { eta0, t0, constant } => eta0 * (t0 + constant) / (constant + x) * (x / t0).powf(1.5),
        }
    }

    /// As a table over `[low, high]`, fine enough that the lines between its points are the curve to 1e-7.
    fn tabled(&self, low: f64, high: f64) -> Option<Curve> {
        const POINTS: u32 = 1000;
        let at = |i: u32| low + (high - low) * f64::from(i) / f64::from(POINTS);
        Curve::new((0..=POINTS).map(|i| (at(i), self.at(at(i)))).collect())
    }
}

/// Why a property cannot be used.
type Refused = (String, &'static str);

fn property(value: &Value) -> Result<Property, Refused> {
    let class = value.get("_class").and_then(Value::as_str).unwrap_or_default();
    let object = match value.get("_object") {
        Some(Value::String(text)) => {
            loose_json::parse::<Value>(text).map_err(|e| (e.message, "write the file anew"))?
        }
        Some(object) => object.clone(),
        None => Value::Null,
    };
    let missing = |key: &str| (format!("of the kind {class} has no number {key}"), "give it");
    let get = |key: &str| object.get(key).and_then(number).filter(|x| x.is_finite()).ok_or_else(|| missing(key));
    match class {
        "FluidPropertyConstant" => Ok(Property::Constant(get("value")?)),
        "FluidPropertyLinear" => Ok(Property::Linear { offset: get("offset")?, slope: get("slope")? }),
        "FluidPropertySutherland" => {
            Ok(Property::Sutherland { eta0: get("eta0")?, t0: get("t0")?, constant: get("t_sutherland")? })
        }
        "FluidPropertyInterExtra" => {
            let get = |key: &str| object.get(key).and_then(numbers).ok_or_else(|| missing(key));
            let (x, y) = (get("x")?, get("y")?);
            let equal = x.len() == y.len();
            let mut points: Vec<(f64, f64)> = x.into_iter().zip(y).collect();
            points.sort_by(|a, b| a.0.total_cmp(&b.0));
            let curve = Curve::new(points).filter(|_| equal);
            let why = || ("has points that are no curve".to_owned(), "give as many x as y, each x once");
            curve.map(Property::Table).ok_or_else(why)
        }
        "FluidPropertyPolynominal" => Err((
            "is a polynomial, of which the file keeps a printed form alone".to_owned(),
            "give it as FluidPropertyInterExtra",
        )),
        _ => Err((
            format!("is of the kind {class:?}, which is not known"),
            "use FluidPropertyConstant, FluidPropertyLinear or FluidPropertyInterExtra",
        )),
    }
}

/// Properties as they are looked up.
struct Properties<'a, 'b> {
    all: &'a Map<String, Value>,
    reader: &'a mut Reader<'b>,
    line: usize,
}

impl Properties<'_, '_> {
    fn refuse(&mut self, what: &str, message: String, remedy: &str) {
        self.reader.notes.error(codes::FLUID, self.line, &format!("fluid: {what}"), message, remedy);
    }

    /// A property that may be missing.
    fn may(&mut self, name: &str) -> Option<Property> {
        let value = self.all.get(name)?;
        match property(value) {
            Ok(property) => Some(property),
            Err((message, remedy)) => {
                self.refuse(name, message, remedy);
                None
            }
        }
    }

    /// A property that is needed.
    fn must(&mut self, name: &str) -> Option<Property> {
        if !self.all.contains_key(name) {
            self.refuse(name, "is missing".to_owned(), "add the property to the fluid");
        }
        self.may(name)
    }

    /// A property whose values lie in a range at both ends of what it is read at.
    fn within(&mut self, name: &str, at: [f64; 2], [low, high]: [f64; 2]) -> Option<Property> {
        let property = self.must(name)?;
        let bad = at.into_iter().map(|x| (x, property.at(x))).find(|(_, y)| !(low..=high).contains(y));
        if let Some((x, y)) = bad {
            self.refuse(name, format!("is {y} at {x}, outside {low} to {high}"), "correct the property");
            return None;
        }
        Some(property)
    }
}

/// Reads the fluid: what flows, and what else is said of it. `temperatures` are the lowest and the highest in the
/// network [K].
pub(super) fn read(reader: &mut Reader<'_>, net: &Map<String, Value>, temperatures: [f64; 2]) -> Option<(Gas, Fluid)> {
    let line = reader.line_of("fluid");
    let object = match net.get("fluid").and_then(|f| f.get("_object")) {
        Some(Value::String(text)) => loose_json::parse::<Value>(text).ok(),
        other => other.cloned(),
    };
    let all = object.as_ref().and_then(|o| o.get("all_properties")).and_then(Value::as_object);
    let (Some(object), Some(all)) = (&object, all) else {
        reader.notes.error(codes::FLUID, line, "fluid", "the file names no fluid".to_owned(), "give the network a gas");
        return None;
    };
    let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut from = Properties { all, reader, line };
    if text("fluid_type") != "gas" {
        let what = format!("{} is a {}, not a gas", text("name"), text("fluid_type"));
        from.refuse("fluid_type", what, "solve it as a heat network, or give the network a gas");
        return None;
    }
    let density = from.within("density", [NORMAL_TEMPERATURE_K; 2], [0.01, 20.0]);
    let viscosity = from.within("viscosity", temperatures, [1e-7, 1e-3]);
    // At the pressure of the air; pandapipes asks over absolute bar.
    let factor = from.within("compressibility", [1.0, 1.013_25], [0.2, 2.0]);
    let (molar, heat_capacity) = (from.may("molar_mass"), from.may("heat_capacity"));
    let molar_kgkmol = molar.map(|m| m.at(0.0)).filter(|m| *m > 0.0);
    let factor = compressibility(factor?);
    if factor.is_none() {
        from.refuse("compressibility", "is a law of viscosity".to_owned(), "give Z over absolute pressure in bar");
    }
    let normal_kgm3 = density?.at(NORMAL_TEMPERATURE_K);
    let fluid = Fluid { name: text("name"), normal_kgm3, molar_kgkmol, heat_capacity };
    let gas = Gas {
        specific_jkgk: NORMAL_PRESSURE_PA / (NORMAL_TEMPERATURE_K * normal_kgm3),
        compressibility: factor?,
        viscosity_pas: match viscosity? {
            Property::Constant(eta) => Viscosity::Constant(eta),
            Property::Table(curve) => Viscosity::Table(curve),
            other => Viscosity::Table(other.tabled(100.0, 600.0)?),
        },
        isentropic: isentropic(&fluid),
    };
    Some((gas, fluid))
}

/// Z over absolute pressure in Pa of a property over absolute pressure in bar.
fn compressibility(factor: Property) -> Option<Compressibility> {
    Some(match factor {
        Property::Constant(z) => Compressibility::Constant(z),
        Property::Linear { offset, slope } => Compressibility::Linear { at_zero: offset, per_pa: slope / PA_PER_BAR },
        Property::Table(curve) => {
            Compressibility::Table(Curve::new(curve.points().iter().map(|p| (p.0 * PA_PER_BAR, p.1)).collect())?)
        }
        Property::Sutherland { .. } => return None,
    })
}

fn isentropic(fluid: &Fluid) -> f64 {
    let known = fluid.molar_kgkmol.zip(fluid.heat_capacity.as_ref());
    let ratio = known.map(|(molar, capacity)| {
        let cp = capacity.at(288.15);
        cp / (cp - 1e3 * ROUNDED_GAS_CONSTANT / molar)
    });
    // Some files give a heat capacity in another unit.
    ratio.filter(|k| (1.05..1.7).contains(k)).unwrap_or(ISENTROPIC)
}
