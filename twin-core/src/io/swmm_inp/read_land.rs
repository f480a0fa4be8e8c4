//! Subcatchments, infiltration, aquifers, groundwater, snow packs. Rows about an object may stand above its own row:
//! they are kept, and put to it at the end.

use super::codes;
use super::deck::{
    Aquifer, AquiferIx, GageIx, Groundwater, GroundwaterVariable, HortonParams, Infiltration, InfiltrationMethod,
    NodeIx, Outlet, PatternIx, SnowSurface, Snowpack, SnowpackIx, Subarea, SubareaRoute, Subcatchment, SubcatchmentIx,
};
use super::names::Class;
use super::read::{Bound, Reader, absent, cut, field, rest};
use super::read_options::METHODS;

/// What a row adds to a subcatchment.
pub(super) enum ToLand {
    Subarea(Subarea),
    Infiltration(Infiltration),
    Groundwater(Groundwater),
    Gwf(bool, String, super::deck::Expr<GroundwaterVariable>),
    Coverage(super::deck::LanduseIx, f64),
    Loading(super::deck::PollutantIx, f64),
}

const GROUNDWATER: &[(&str, GroundwaterVariable)] = &[
    ("HGW", GroundwaterVariable::Hgw),
    ("HSW", GroundwaterVariable::Hsw),
    ("HCB", GroundwaterVariable::Hcb),
    ("HGS", GroundwaterVariable::Hgs),
    ("KS", GroundwaterVariable::Ks),
    ("K", GroundwaterVariable::K),
    ("THETA", GroundwaterVariable::Theta),
    ("PHI", GroundwaterVariable::Phi),
    ("FI", GroundwaterVariable::Fi),
    ("FU", GroundwaterVariable::Fu),
    ("A", GroundwaterVariable::A),
];

impl Reader<'_> {
    pub(super) fn subcatchment(&mut self, t: &[&str]) {
        let gage = self.find_or(Class::Gage, t, 1).map(GageIx);
        let name = field(t, 2);
        let (node, land) = (self.names.find(Class::Node, name), self.names.find(Class::Subcatchment, name));
        let outlet = match (node, land) {
            (Some(_), Some(_)) => {
                let message = format!("the outlet `{}` is both a node and a subcatchment", cut(name));
                self.error(codes::AMBIGUOUS_OUTLET, t[0], message, "rename one of them");
                Outlet::Node(NodeIx(0))
            }
            (Some(n), None) => Outlet::Node(NodeIx(n)),
            (None, Some(s)) => Outlet::Subcatchment(SubcatchmentIx(s)),
            (None, None) => {
                self.undefined(Class::Node, t[0], name);
                Outlet::Node(NodeIx(0))
            }
        };
        let [area, mut impervious, width, slope, curb] = self.numbers(t, 3, "value", Bound::NotNegative);
        if impervious > 100.0 {
            self.adjusted(t[0], "impervious share", impervious, 100.0);
            impervious = 100.0;
        }
        let snowpack = self.find_or(Class::Snowpack, t, 8).map(SnowpackIx);
        let row = self.keep(Subcatchment {
            id: t[0].to_owned(),
            gage,
            outlet,
            area,
            impervious_pct: impervious,
            width,
            slope_pct: slope,
            curb_length: curb,
            snowpack,
            subarea: None,
            infiltration: None,
            groundwater: None,
            gwf_lateral: None,
            gwf_deep: None,
            coverage: Vec::new(),
            loadings: Vec::new(),
            n_pervious_pattern: None,
            storage_pattern: None,
            infiltration_pattern: None,
        });
        self.deck.subcatchments.push(row);
        self.at_most(t, 9);
    }

    fn put_land(&mut self, at: usize, what: ToLand) {
        self.state.land.push((at, self.line, what));
    }

    pub(super) fn subarea(&mut self, t: &[&str]) {
        let at = self.find(Class::Subcatchment, t, 0);
        let [n_i, n_p, s_i, s_p, zero] = self.numbers(t, 1, "value", Bound::NotNegative);
        let routes =
            [("OUTLET", SubareaRoute::Outlet), ("IMPERV", SubareaRoute::Impervious), ("PERV", SubareaRoute::Pervious)];
        let route = self.choose(t, 6, &routes);
        let routed_pct = self.num_or(t, 7, "routed share", Bound::Within(0.0, 100.0), 100.0);
        let subarea = Subarea {
            n_impervious: n_i,
            n_pervious: n_p,
            storage_impervious: s_i,
            storage_pervious: s_p,
            zero_storage_pct: zero,
            route,
            routed_pct,
        };
        self.put_land(at, ToLand::Subarea(subarea));
    }

    pub(super) fn infiltration(&mut self, t: &[&str]) {
        let at = self.find(Class::Subcatchment, t, 0);
        // The last word may name a method; the default may stand below this row, so it is asked for in the first pass.
        let last = field(t, t.len() - 1);
        let named = METHODS.iter().find(|(w, _)| t.len() > 1 && super::lex::is(last, w)).map(|m| m.1);
        let t = if named.is_some() { &t[..t.len() - 1] } else { t };
        let method = named.unwrap_or(self.state.method);
        let value = match method {
            InfiltrationMethod::Horton | InfiltrationMethod::ModifiedHorton => self.horton(method, t),
            InfiltrationMethod::GreenAmpt | InfiltrationMethod::ModifiedGreenAmpt => self.green_ampt(method, t),
            InfiltrationMethod::CurveNumber => self.curve_number(t),
        };
        if let Some(value) = value {
            self.put_land(at, ToLand::Infiltration(value));
        }
    }

    fn bad_infiltration(&mut self, t: &[&str], remedy: &str) {
        self.error(codes::INFILTRATION, t[0], "invalid infiltration parameters", remedy);
    }

    fn horton(&mut self, method: InfiltrationMethod, t: &[&str]) -> Option<Infiltration> {
        if !self.at_least(t, 5, "subcatchment max min decay drying (volume)") {
            return None;
        }
        let [max_rate, min_rate, decay, drying_days] = self.numbers(t, 1, "infiltration parameter", Bound::Any);
        let max_volume = if t.len() > 5 { self.num(t, 5, "most volume", Bound::Any) } else { 0.0 };
        if [max_rate, min_rate, decay, drying_days, max_volume].iter().any(|v| *v < 0.0) || max_rate < min_rate {
            self.bad_infiltration(t, "none must be negative, and the first rate not below the second");
        }
        let params = HortonParams { max_rate, min_rate, decay, drying_days, max_volume };
        Some(Infiltration::Horton { modified: method == InfiltrationMethod::ModifiedHorton, params })
    }

    fn green_ampt(&mut self, method: InfiltrationMethod, t: &[&str]) -> Option<Infiltration> {
        if !self.at_least(t, 4, "subcatchment suction conductivity deficit") {
            return None;
        }
        let [suction, conductivity, deficit] = self.numbers(t, 1, "infiltration parameter", Bound::Any);
        if suction < 0.0 || conductivity <= 0.0 || !(0.0..=1.0).contains(&deficit) {
            self.bad_infiltration(t, "suction is at least 0, conductivity above 0, the deficit from 0 to 1");
        }
        let modified = method == InfiltrationMethod::ModifiedGreenAmpt;
        Some(Infiltration::GreenAmpt { modified, suction, conductivity, deficit })
    }

    fn curve_number(&mut self, t: &[&str]) -> Option<Infiltration> {
        if !self.at_least(t, 4, "subcatchment number conductivity drying") {
            return None;
        }
        let [number, conductivity, drying_days] = self.numbers(t, 1, "infiltration parameter", Bound::Any);
        if !(10.0..=99.0).contains(&number) {
            self.adjusted(t[0], "curve number", number, number.clamp(10.0, 99.0));
        }
        if drying_days <= 0.0 {
            self.bad_infiltration(t, "the drying time is above 0");
        }
        Some(Infiltration::CurveNumber { number: number.clamp(10.0, 99.0), conductivity, drying_days })
    }

    pub(super) fn aquifer(&mut self, t: &[&str]) {
        let v: [f64; 12] = self.numbers(t, 1, "aquifer parameter", Bound::Any);
        let evaporation_pattern = self.find_or(Class::Pattern, t, 13).map(PatternIx);
        let wrong = v[0] <= 0.0
            || v[2] >= v[0]
            || v[1] >= v[2]
            || v[3] <= 0.0
            || v[4..8].iter().any(|x| *x < 0.0)
            || v[10] < v[9]
            || v[11] > v[0]
            || v[11] < v[1];
        if wrong {
            let remedy = "wilting point < field capacity < porosity, conductivity above 0, water table not below the \
                          bottom, moisture from wilting point to porosity";
            self.error(codes::AQUIFER, t[0], "invalid parameter values", remedy);
        }
        let row = self.keep(Aquifer {
            id: t[0].to_owned(),
            porosity: v[0],
            wilting_point: v[1],
            field_capacity: v[2],
            conductivity: v[3],
            conductivity_slope: v[4],
            tension_slope: v[5],
            upper_evaporation: v[6],
            lower_evaporation_depth: v[7],
            deep_loss: v[8],
            bottom: v[9],
            water_table: v[10],
            moisture: v[11],
            evaporation_pattern,
        });
        self.deck.aquifers.push(row);
    }

    pub(super) fn groundwater(&mut self, t: &[&str]) {
        let at = self.find(Class::Subcatchment, t, 0);
        let aquifer = AquiferIx(self.find(Class::Aquifer, t, 1));
        let node = NodeIx(self.find(Class::Node, t, 2));
        let [surface, a1, b1, a2, b2, a3, fixed_depth] = self.numbers(t, 3, "groundwater parameter", Bound::Any);
        let mut optional = |i| (!absent(t, i)).then(|| self.num(t, i, "groundwater parameter", Bound::Any));
        let (threshold, bottom, water_table, moisture) = (optional(10), optional(11), optional(12), optional(13));
        let value = Groundwater {
            aquifer,
            node,
            surface,
            a1,
            b1,
            a2,
            b2,
            a3,
            fixed_depth,
            threshold,
            bottom,
            water_table,
            moisture,
        };
        self.put_land(at, ToLand::Groundwater(value));
    }

    pub(super) fn gwf(&mut self, t: &[&str]) {
        let at = self.find(Class::Subcatchment, t, 0);
        let deep = self.choose(t, 1, &[("LAT", false), ("DEEP", true)]);
        let text = rest(t, 2);
        let find = |name: &str| GROUNDWATER.iter().find(|(w, _)| w.eq_ignore_ascii_case(name)).map(|v| v.1);
        match super::expression::parse(&text, find) {
            Ok(expr) => self.put_land(at, ToLand::Gwf(deep, text, expr)),
            Err(why) => self.bad_expression(t, &why),
        }
    }

    /// Says what is wrong with an expression.
    pub(super) fn bad_expression(&mut self, t: &[&str], why: &str) {
        let remedy = "write numbers, variables, + - * / ^, and functions with their argument in brackets";
        self.error(codes::EXPRESSION, field(t, 0), format!("invalid expression: {why}"), remedy);
    }

    pub(super) fn snowpack(&mut self, t: &[&str]) {
        let at = self.find(Class::Snowpack, t, 0);
        if at >= self.deck.snowpacks.len() {
            let row = self.keep(Snowpack { id: t[0].to_owned(), removal_depth: 1e6, ..Snowpack::default() });
            self.deck.snowpacks.push(row);
        }
        const WORDS: &[(&str, u8)] = &[("PLOWABLE", 0), ("IMPERV", 1), ("PERV", 2), ("REMOVAL", 3)];
        let kind = self.choose(t, 1, WORDS);
        if kind == 3 {
            let [removal_depth, a, b, c, d, e] = self.numbers(t, 2, "removal parameter", Bound::Any);
            let to = self.find_or(Class::Subcatchment, t, 8).map(SubcatchmentIx);
            if a + b + c + d + e > 1.01 {
                self.error(codes::SNOWPACK, t[0], "more than all snow is removed", "let the shares sum to at most 1");
            }
            let Some(p) = self.deck.snowpacks.get_mut(at) else { return };
            (p.value.removal_depth, p.value.removal, p.value.removal_to) = (removal_depth, [a, b, c, d, e], to);
            return;
        }
        if !self.at_least(t, 9, "name surface Cmin Cmax Tbase FWF SD0 FW0 SNN0/SD100") {
            return;
        }
        let v: [f64; 7] = self.numbers(t, 2, "snow parameter", Bound::Any);
        if v[0] > v[1] || !(0.0..=1.0).contains(&v[3]) || (kind == 0 && !(0.0..=1.0).contains(&v[6])) {
            let remedy = "least melt coefficient not above the greatest, fractions from 0 to 1";
            self.error(codes::SNOWPACK, t[0], "invalid parameters of a snow surface", remedy);
        }
        let surface = SnowSurface {
            melt_min: v[0],
            melt_max: v[1],
            base_temperature: v[2],
            free_water: v[3],
            initial_depth: v[4],
            initial_free_water: v[5],
            full_cover_depth: if kind == 0 { 0.0 } else { v[6] },
        };
        let Some(p) = self.deck.snowpacks.get_mut(at) else { return };
        match kind {
            0 => (p.value.plowable, p.value.plowable_share) = (Some(surface), v[6]),
            1 => p.value.impervious = Some(surface),
            _ => p.value.pervious = Some(surface),
        }
    }

    /// Puts to each subcatchment what rows said of it.
    pub(super) fn finish_land(&mut self) {
        for (at, line, what) in std::mem::take(&mut self.state.land) {
            let Some(s) = self.deck.subcatchments.get_mut(at).map(|r| &mut r.value) else { continue };
            let again = match what {
                ToLand::Subarea(v) => s.subarea.replace(v).is_some(),
                ToLand::Infiltration(v) => s.infiltration.replace(v).is_some(),
                ToLand::Groundwater(v) => s.groundwater.replace(v).is_some(),
                ToLand::Gwf(false, text, v) => s.gwf_lateral.replace((text, v)).is_some(),
                ToLand::Gwf(true, text, v) => s.gwf_deep.replace((text, v)).is_some(),
                ToLand::Coverage(of, v) => put(&mut s.coverage, of, v),
                ToLand::Loading(of, v) => put(&mut s.loadings, of, v),
            };
            if again {
                let id = s.id.clone();
                self.line = line;
                self.replaced(&id);
            }
        }
    }

    /// Says that a row replaces an earlier one.
    pub(super) fn replaced(&mut self, id: &str) {
        self.warn(codes::REPLACED, id, "this row replaces an earlier one", "remove one of them");
    }
}

fn put<K: PartialEq>(list: &mut Vec<(K, f64)>, key: K, value: f64) -> bool {
    match list.iter_mut().find(|(k, _)| *k == key) {
        Some(entry) => {
            entry.1 = value;
            true
        }
        None => {
            list.push((key, value));
            false
        }
    }
}
