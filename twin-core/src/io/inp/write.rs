//! The writer: a file that reads back as the same file.

use std::fmt::Write as _;

use super::file::{
    ClauseValue, ClauseWord, FieldRule, InpFile, LinkKind, MixingModel, PipeStatus, PumpEnergyWhat, QualityOption,
    ReactionKind, Selection, Set, SourceKind, Statistic, StatusReport, StorageKind, When,
};
use super::read_network::valve_keyword;
use super::section::Section;
use twin_physics::domains::water::HeadLossLaw;

/// Ids on one row of a report selection.
const IDS_PER_ROW: usize = 10;
/// Multipliers on one row of a pattern.
const FACTORS_PER_ROW: usize = 6;

/// Writes a file in EPANET 2.3 form, sections in EPANET's order; reading it gives an equal [`InpFile`].
#[must_use]
pub fn write(file: &InpFile) -> String {
    let mut w = Writer { file, text: String::new() };
    w.notes(None);
    w.head(Section::Title);
    for line in &file.title {
        w.line(line);
    }
    w.network();
    w.node_rows();
    w.tables();
    w.rules();
    w.energy();
    w.quality();
    w.times();
    w.report();
    w.options();
    w.map();
    w.text.push_str("\n[END]\n");
    w.text
}

struct Writer<'a> {
    file: &'a InpFile,
    text: String,
}

/// A token as it must be written to be read as one.
fn token(text: &str) -> String {
    let blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}');
    if text.is_empty() || text.starts_with('[') || text.contains(blank) {
        format!("\"{text}\"")
    } else {
        text.to_owned()
    }
}

fn set(value: Set) -> String {
    match value {
        Set::Open => "OPEN".to_owned(),
        Set::Closed => "CLOSED".to_owned(),
        Set::Value(v) => v.to_string(),
    }
}

fn clock(seconds: i64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn id(text: Option<&String>) -> String {
    text.map_or_else(String::new, |t| token(t))
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn notes(&mut self, section: Option<Section>) {
        for n in self.file.notes.iter().filter(|n| n.section == section) {
            self.text.push(';');
            self.text.push_str(&n.text);
            self.text.push('\n');
        }
    }

    /// Heading of a section, its column heads, its notes (those of tables stand at the end).
    fn head(&mut self, section: Section) {
        let _ = writeln!(self.text, "\n[{}]", section.name());
        if !section.heads().is_empty() {
            let heads: Vec<&str> = section.heads().split(' ').collect();
            self.text.push(';');
            self.line(&heads.join("\t"));
        }
        if !matches!(section, Section::Patterns | Section::Curves) {
            self.notes(Some(section));
        }
    }

    fn row(&mut self, fields: &[String], comment: &str) {
        for field in fields.iter().filter(|f| !f.is_empty()) {
            let _ = write!(self.text, " {field:<15}\t");
        }
        if comment.is_empty() {
            let end = self.text.trim_end().len();
            self.text.truncate(end);
        } else {
            self.text.push(';');
            self.text.push_str(comment);
        }
        self.text.push('\n');
    }

    fn pair(&mut self, key: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.text, " {key:<20}\t{value}");
    }

    fn network(&mut self) {
        let file = self.file;
        self.head(Section::Junctions);
        for j in &file.junctions {
            let demand = j.demand.map_or_else(String::new, |d| d.to_string());
            self.row(&[token(&j.id), j.elevation.to_string(), demand, id(j.pattern.as_ref())], &j.comment);
        }
        // Order among reservoirs and tanks, and among links, is the order of nodes and links: it must be kept.
        let mut open = Section::Junctions;
        let mut headed = Vec::new();
        for s in &file.storages {
            let (section, mut fields) = match &s.kind {
                StorageKind::Reservoir(p) => (Section::Reservoirs, vec![id(p.as_ref())]),
                StorageKind::Tank(t) => {
                    let numbers = [t.level_init, t.level_min, t.level_max, t.diameter, t.volume_min];
                    let mut fields: Vec<String> = numbers.iter().map(f64::to_string).collect();
                    fields.push(t.volume_curve.as_ref().map_or_else(|| "*".to_owned(), |c| token(c)));
                    fields.push(if t.overflow { "YES".to_owned() } else { String::new() });
                    (Section::Tanks, fields)
                }
            };
            self.open(section, &mut open, &mut headed);
            fields.splice(0..0, [token(&s.id), s.elevation.to_string()]);
            self.row(&fields, &s.comment);
        }
        self.unopened(&[Section::Reservoirs, Section::Tanks], &headed);
        for l in &file.links {
            let (section, mut fields) = link_fields(&l.kind);
            self.open(section, &mut open, &mut headed);
            fields.splice(0..0, [token(&l.id), token(&l.from), token(&l.to)]);
            self.row(&fields, &l.comment);
        }
        self.unopened(&[Section::Pipes, Section::Pumps, Section::Valves], &headed);
    }

    /// Begins a section unless it is the one being written; its notes stand under its first heading only.
    fn open(&mut self, section: Section, open: &mut Section, headed: &mut Vec<Section>) {
        if *open == section {
            return;
        }
        *open = section;
        if headed.contains(&section) {
            let _ = writeln!(self.text, "\n[{}]", section.name());
        } else {
            headed.push(section);
            self.head(section);
        }
    }

    fn unopened(&mut self, sections: &[Section], headed: &[Section]) {
        for s in sections.iter().filter(|s| !headed.contains(s)) {
            self.head(*s);
        }
    }

    fn node_rows(&mut self) {
        let file = self.file;
        self.head(Section::Tags);
        for t in &file.tags {
            let kind = if t.link { "LINK" } else { "NODE" };
            self.row(&[kind.to_owned(), token(&t.id), token(&t.text)], &t.comment);
        }
        self.head(Section::Demands);
        for d in &file.demands {
            self.row(&[token(&d.junction), d.base.to_string(), id(d.pattern.as_ref())], &d.comment);
        }
        self.head(Section::Status);
        for s in &file.statuses {
            self.row(&[token(&s.link), id(s.last.as_ref()), set(s.set)], &s.comment);
        }
        self.head(Section::Emitters);
        for e in &file.emitters {
            self.row(&[token(&e.junction), e.coefficient.to_string()], &e.comment);
        }
        self.head(Section::Leakage);
        for l in &file.leakage {
            self.row(&[token(&l.pipe), l.area.to_string(), l.expansion.to_string()], &l.comment);
        }
    }

    fn above(&mut self, description: &[String]) {
        for text in description {
            self.text.push(';');
            self.text.push_str(text);
            self.text.push('\n');
        }
    }

    fn tables(&mut self) {
        let file = self.file;
        self.head(Section::Patterns);
        for p in &file.patterns {
            self.above(&p.description);
            for (i, chunk) in p.factors.chunks(FACTORS_PER_ROW).enumerate() {
                let mut fields = vec![token(&p.id)];
                fields.extend(chunk.iter().map(f64::to_string));
                self.row(&fields, if i == 0 { &p.comment } else { "" });
            }
        }
        self.notes(Some(Section::Patterns));
        self.head(Section::Curves);
        for c in &file.curves {
            self.above(&c.description);
            for (i, (x, y)) in c.points.iter().enumerate() {
                self.row(&[token(&c.id), x.to_string(), y.to_string()], if i == 0 { &c.comment } else { "" });
            }
        }
        self.notes(Some(Section::Curves));
        self.head(Section::Controls);
        for c in &file.controls {
            let (link, what) = (token(&c.link), set(c.set));
            let when = match &c.when {
                When::Below(node, v) => format!("IF NODE {} BELOW {v}", token(node)),
                When::Above(node, v) => format!("IF NODE {} ABOVE {v}", token(node)),
                When::Time(s) => format!("AT TIME {}", clock(*s)),
                When::ClockTime(s) => format!("AT CLOCKTIME {}", clock(*s)),
            };
            self.row(&[format!("LINK {link} {what} {when}")], &c.comment);
        }
    }

    fn rules(&mut self) {
        let file = self.file;
        self.head(Section::Rules);
        for r in &file.rules {
            self.row(&[format!("RULE {}", token(&r.id))], &r.comment);
            for c in &r.clauses {
                let word = match c.word {
                    ClauseWord::If => "IF",
                    ClauseWord::And => "AND",
                    ClauseWord::Or => "OR",
                    ClauseWord::Then => "THEN",
                    ClauseWord::Else => "ELSE",
                };
                let object = if c.object == "SYSTEM" { String::new() } else { format!("{} ", token(&c.id)) };
                let value = match c.value {
                    ClauseValue::Number(v) => v.to_string(),
                    ClauseValue::Open => "OPEN".to_owned(),
                    ClauseValue::Closed => "CLOSED".to_owned(),
                    ClauseValue::Active => "ACTIVE".to_owned(),
                    ClauseValue::Seconds(s) => clock(s),
                };
                self.line(&format!(" {word} {} {object}{} {} {value}", c.object, token(&c.variable), c.relation));
            }
            if let Some(p) = r.priority {
                self.line(&format!(" PRIORITY {p}"));
            }
        }
    }

    fn energy(&mut self) {
        let e = &self.file.energy;
        self.head(Section::Energy);
        self.pair("GLOBAL EFFICIENCY", e.efficiency);
        self.pair("GLOBAL PRICE", e.price);
        if let Some(p) = &e.pattern {
            self.pair("GLOBAL PATTERN", token(p));
        }
        self.pair("DEMAND CHARGE", e.demand_charge);
        for p in &e.pumps {
            let (key, value) = match &p.what {
                PumpEnergyWhat::Price(v) => ("PRICE", v.to_string()),
                PumpEnergyWhat::Pattern(v) => ("PATTERN", token(v)),
                PumpEnergyWhat::Efficiency(v) => ("EFFICIENCY", token(v)),
            };
            self.row(&["PUMP".to_owned(), token(&p.pump), key.to_owned(), value], &p.comment);
        }
    }

    fn quality(&mut self) {
        let file = self.file;
        self.head(Section::Quality);
        for q in &file.quality {
            self.row(&[token(&q.node), id(q.last.as_ref()), q.value.value.to_string()], &q.comment);
        }
        self.head(Section::Sources);
        for s in &file.sources {
            let kind = match s.kind {
                SourceKind::Concentration => "CONCEN",
                SourceKind::Mass => "MASS",
                SourceKind::Setpoint => "SETPOINT",
                SourceKind::FlowPaced => "FLOWPACED",
            };
            self.row(&[token(&s.node), kind.to_owned(), s.strength.to_string(), id(s.pattern.as_ref())], &s.comment);
        }
        let r = &file.reactions;
        self.head(Section::Reactions);
        self.pair("ORDER BULK", r.order_bulk);
        self.pair("ORDER TANK", r.order_tank);
        self.pair("ORDER WALL", r.order_wall);
        self.pair("GLOBAL BULK", r.global_bulk);
        self.pair("GLOBAL WALL", r.global_wall);
        self.pair("LIMITING POTENTIAL", r.limiting);
        self.pair("ROUGHNESS CORRELATION", r.roughness);
        for x in &r.rows {
            let kind = match x.kind {
                ReactionKind::Bulk => "BULK",
                ReactionKind::Wall => "WALL",
                ReactionKind::Tank => "TANK",
            };
            let fields = [kind.to_owned(), token(&x.id), id(x.last.as_ref()), x.coefficient.to_string()];
            self.row(&fields, &x.comment);
        }
        self.head(Section::Mixing);
        for m in &file.mixing {
            let model = match m.model {
                MixingModel::Mixed => "MIXED",
                MixingModel::TwoCompartments => "2COMP",
                MixingModel::Fifo => "FIFO",
                MixingModel::Lifo => "LIFO",
            };
            let fraction = m.fraction.map_or_else(String::new, |f| f.to_string());
            self.row(&[token(&m.tank), model.to_owned(), fraction], &m.comment);
        }
    }

    fn times(&mut self) {
        let t = &self.file.times;
        self.head(Section::Times);
        let rows = [
            ("DURATION", t.duration_s),
            ("HYDRAULIC TIMESTEP", t.hydraulic_step_s),
            ("QUALITY TIMESTEP", t.quality_step_s),
            ("RULE TIMESTEP", t.rule_step_s),
            ("PATTERN TIMESTEP", t.pattern_step_s),
            ("PATTERN START", t.pattern_start_s),
            ("REPORT TIMESTEP", t.report_step_s),
            ("REPORT START", t.report_start_s),
            ("START CLOCKTIME", t.start_clock_s),
        ];
        for (key, value) in rows {
            if let Some(s) = value {
                self.pair(key, clock(s));
            }
        }
        let statistic = match t.statistic {
            Statistic::None => "NONE",
            Statistic::Average => "AVERAGE",
            Statistic::Minimum => "MINIMUM",
            Statistic::Maximum => "MAXIMUM",
            Statistic::Range => "RANGE",
        };
        self.pair("STATISTIC", statistic);
    }

    fn selection(&mut self, key: &str, selection: &Selection) {
        match selection {
            Selection::None => self.pair(key, "NONE"),
            Selection::All => self.pair(key, "ALL"),
            Selection::Some(ids) => {
                for chunk in ids.chunks(IDS_PER_ROW) {
                    let ids: Vec<String> = chunk.iter().map(|i| token(i)).collect();
                    self.pair(key, ids.join(" "));
                }
            }
        }
    }

    fn report(&mut self) {
        let r = &self.file.report;
        let yes = |b: bool| if b { "YES" } else { "NO" };
        self.head(Section::Report);
        self.pair("PAGE", r.page);
        let status = match r.status {
            StatusReport::No => "NO",
            StatusReport::Yes => "YES",
            StatusReport::Full => "FULL",
        };
        self.pair("STATUS", status);
        self.pair("SUMMARY", yes(r.summary));
        self.pair("MESSAGES", yes(r.messages));
        self.pair("ENERGY", yes(r.energy));
        self.selection("NODES", &r.nodes);
        self.selection("LINKS", &r.links);
        if let Some(f) = &r.file {
            self.pair("FILE", token(f));
        }
        for f in &r.fields {
            let rule = match f.rule {
                FieldRule::Show(b) => yes(b).to_owned(),
                FieldRule::Below(v) => format!("BELOW {v}"),
                FieldRule::Above(v) => format!("ABOVE {v}"),
                FieldRule::Precision(n) => format!("PRECISION {n}"),
            };
            self.row(&[f.variable.clone(), rule], &f.comment);
        }
    }

    fn options(&mut self) {
        let o = &self.file.options;
        self.head(Section::Options);
        self.pair("UNITS", o.units.keyword());
        let law = match o.head_loss {
            HeadLossLaw::HazenWilliams => "H-W",
            HeadLossLaw::DarcyWeisbach => "D-W",
            HeadLossLaw::ChezyManning => "C-M",
        };
        self.pair("HEADLOSS", law);
        if let Some((used, file)) = &o.hydraulics {
            self.pair("HYDRAULICS", format!("{} {}", if *used { "USE" } else { "SAVE" }, token(file)));
        }
        match &o.quality {
            QualityOption::None => self.pair("QUALITY", "NONE"),
            QualityOption::Age => self.pair("QUALITY", "AGE"),
            QualityOption::Trace(node) => self.pair("QUALITY", format!("TRACE {}", token(node))),
            QualityOption::Chemical(name, units) if units.is_empty() => self.pair("QUALITY", token(name)),
            QualityOption::Chemical(name, units) => self.pair("QUALITY", format!("{} {}", token(name), token(units))),
        }
        match o.unbalanced_continue {
            None => self.pair("UNBALANCED", "STOP"),
            Some(n) => self.pair("UNBALANCED", format!("CONTINUE {n}")),
        }
        let yes = |b: bool| if b { "YES" } else { "NO" };
        self.pair("DEMAND MODEL", if o.pressure_driven { "PDA" } else { "DDA" });
        self.pair("BACKFLOW ALLOWED", yes(o.emitter_backflow));
        let texts = [("PRESSURE", o.pressure.map(|p| p.keyword().to_owned())), ("MAP", o.map.as_deref().map(token))];
        let texts = texts.into_iter().chain([("PATTERN", o.pattern.as_deref().map(token))]);
        for (key, value) in texts {
            if let Some(value) = value {
                self.pair(key, value);
            }
        }
        self.option_numbers();
    }

    fn option_numbers(&mut self) {
        let o = &self.file.options;
        self.pair("TRIALS", o.trials);
        self.pair("CHECKFREQ", o.check_frequency);
        self.pair("MAXCHECK", o.max_check);
        let [htol, qtol, rqtol] = o.internal_tolerances;
        let numbers = [
            ("SPECIFIC GRAVITY", Some(o.specific_gravity)),
            ("ACCURACY", Some(o.accuracy)),
            ("HEADERROR", Some(o.head_error)),
            ("FLOWCHANGE", Some(o.flow_change)),
            ("DAMPLIMIT", Some(o.damp_limit)),
            ("DEMAND MULTIPLIER", Some(o.demand_multiplier)),
            ("MINIMUM PRESSURE", Some(o.minimum_pressure)),
            ("REQUIRED PRESSURE", o.required_pressure),
            ("PRESSURE EXPONENT", Some(o.pressure_exponent)),
            ("EMITTER EXPONENT", Some(o.emitter_exponent)),
            ("VISCOSITY", o.viscosity),
            ("DIFFUSIVITY", o.diffusivity),
            ("TOLERANCE", o.tolerance),
            ("HTOL", htol),
            ("QTOL", qtol),
            ("RQTOL", rqtol),
        ];
        for (key, value) in numbers {
            if let Some(v) = value {
                self.pair(key, v);
            }
        }
    }

    fn map(&mut self) {
        let file = self.file;
        for (section, points) in [(Section::Coordinates, &file.coordinates), (Section::Vertices, &file.vertices)] {
            self.head(section);
            for p in points {
                self.row(&[token(&p.id), p.x.to_string(), p.y.to_string()], &p.comment);
            }
        }
        self.head(Section::Labels);
        for l in &file.labels {
            self.row(&[l.x.to_string(), l.y.to_string(), token(&l.text), id(l.anchor.as_ref())], &l.comment);
        }
        self.head(Section::Backdrop);
        for b in &file.backdrop {
            let fields: Vec<String> = b.value.iter().map(|t| token(t)).collect();
            self.row(&fields, &b.comment);
        }
        if file.notes.iter().any(|n| n.section == Some(Section::Roughness)) {
            self.head(Section::Roughness);
        }
    }
}

fn link_fields(kind: &LinkKind) -> (Section, Vec<String>) {
    match kind {
        LinkKind::Pipe(p) => {
            let status = match p.status {
                PipeStatus::Open => "OPEN",
                PipeStatus::Closed => "CLOSED",
                PipeStatus::CheckValve => "CV",
            };
            let mut fields: Vec<String> =
                [p.length, p.diameter, p.roughness, p.minor].iter().map(f64::to_string).collect();
            fields.push(status.to_owned());
            (Section::Pipes, fields)
        }
        LinkKind::Pump(p) => {
            let mut fields: Vec<String> = p.old_form.iter().map(f64::to_string).collect();
            if fields.is_empty() {
                let words = [
                    ("HEAD", p.head_curve.as_deref().map(token)),
                    ("POWER", p.power.map(|v| v.to_string())),
                    ("SPEED", p.speed.map(|v| v.to_string())),
                    ("PATTERN", p.pattern.as_deref().map(token)),
                ];
                let given = words.into_iter().filter_map(|(key, value)| value.map(|v| format!("{key} {v}")));
                fields.extend(given);
            }
            (Section::Pumps, fields)
        }
        LinkKind::Valve(v) => {
            use twin_physics::domains::water::ValveKind;
            let curve = id(v.curve.as_ref());
            let setting = if v.kind == ValveKind::Gpv { curve.clone() } else { v.setting.to_string() };
            let last = if v.kind == ValveKind::Pcv { curve } else { String::new() };
            let kind = valve_keyword(v.kind).to_owned();
            (Section::Valves, vec![v.diameter.to_string(), kind, setting, v.minor.to_string(), last])
        }
    }
}
