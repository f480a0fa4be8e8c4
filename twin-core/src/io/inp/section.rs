//! The sections of an `.inp` file, how they may be abbreviated, and the column heads written above them.

use super::lex;

macro_rules! sections {
    ($($name:ident $text:literal $head:literal;)*) => {
        /// A section.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum Section { $(#[doc = $text] $name,)* }
        impl Section {
            /// All, in the order EPANET writes them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// Its name without brackets.
            #[must_use]
            pub const fn name(self) -> &'static str { match self { $(Self::$name => $text,)* } }
            /// The column heads EPANET's own editor writes above it (without `;`), blanks single.
            #[must_use]
            pub const fn heads(self) -> &'static str { match self { $(Self::$name => $head,)* } }
        }
    };
}
sections! {
    Title "TITLE" "";
    Junctions "JUNCTIONS" "ID Elev Demand Pattern";
    Reservoirs "RESERVOIRS" "ID Head Pattern";
    Tanks "TANKS" "ID Elevation InitLevel MinLevel MaxLevel Diameter MinVol VolCurve Overflow";
    Pipes "PIPES" "ID Node1 Node2 Length Diameter Roughness MinorLoss Status";
    Pumps "PUMPS" "ID Node1 Node2 Parameters";
    Valves "VALVES" "ID Node1 Node2 Diameter Type Setting MinorLoss Curve";
    Tags "TAGS" "Object ID Tag";
    Demands "DEMANDS" "Junction Demand Pattern Category";
    Status "STATUS" "ID Status/Setting";
    Patterns "PATTERNS" "ID Multipliers";
    Curves "CURVES" "ID X-Value Y-Value";
    Controls "CONTROLS" "";
    Rules "RULES" "";
    Energy "ENERGY" "";
    Emitters "EMITTERS" "Junction Coefficient";
    Leakage "LEAKAGE" "Pipe Area Expansion";
    Quality "QUALITY" "Node InitQual";
    Sources "SOURCES" "Node Type Quality Pattern";
    Reactions "REACTIONS" "Type Pipe/Tank Coefficient";
    Mixing "MIXING" "Tank Model Fraction";
    Times "TIMES" "";
    Report "REPORT" "";
    Options "OPTIONS" "";
    Coordinates "COORDINATES" "Node X-Coord Y-Coord";
    Vertices "VERTICES" "Link X-Coord Y-Coord";
    Labels "LABELS" "X-Coord Y-Coord Label & Anchor Node";
    Backdrop "BACKDROP" "";
    Roughness "ROUGHNESS" "";
    End "END" "";
}

impl Section {
    /// From a heading such as `[JUNC`, `[junctions]`: four letters are enough, as in EPANET. The second answer tells
    /// whether it was spelled as a beginning of its name.
    #[must_use]
    pub fn from_heading(token: &str) -> Option<(Self, bool)> {
        let written = token.trim_start_matches('[').split(']').next().unwrap_or("").trim();
        Self::ALL.iter().find(|s| lex::is(written, &s.name()[..s.name().len().min(4)])).map(|s| {
            let clean = written.len() <= s.name().len() && lex::is(s.name(), written);
            (*s, clean)
        })
    }

    /// Whether a comment is the row of column heads of this section: those are written again, not kept.
    #[must_use]
    pub fn is_heads(self, comment: &str) -> bool {
        if comment.chars().all(|c| c == '-' || c == '=') {
            return true;
        }
        let mut heads = self.heads().split_whitespace();
        let mut words = comment.split_whitespace();
        // An older version has fewer columns: all its words must be the first heads, at least two of them.
        let mut seen = 0;
        loop {
            match (words.next(), heads.next()) {
                (None, _) => return seen >= 2,
                (Some(w), Some(h)) if w.eq_ignore_ascii_case(h) => seen += 1,
                _ => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_may_be_abbreviated() {
        for (written, section, clean) in [
            ("[JUNC]", Section::Junctions, true),
            ("[coordinates]", Section::Coordinates, true),
            ("[COOR", Section::Coordinates, true),
            ("[Reactions]", Section::Reactions, true),
            ("[REAC]", Section::Reactions, true),
            ("[REPORT]", Section::Report, true),
            ("[TAGS]", Section::Tags, true),
            ("[END]", Section::End, true),
            ("[JUNCTIONZ]", Section::Junctions, false),
        ] {
            assert_eq!(Section::from_heading(written), Some((section, clean)), "{written}");
        }
        assert_eq!(Section::from_heading("[JUN]"), None);
        assert_eq!(Section::from_heading("[]"), None);
    }

    #[test]
    fn column_heads_are_told_from_notes() {
        assert!(Section::Curves.is_heads("ID              \tX-Value     \tY-Value"));
        assert!(Section::Tanks.is_heads("ID Elevation InitLevel MinLevel"));
        assert!(Section::Options.is_heads("-------"));
        assert!(!Section::Curves.is_heads("PUMP: for pump 10"));
        assert!(!Section::Junctions.is_heads("ID"));
    }
}
