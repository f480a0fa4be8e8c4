//! Every word the report and the terminal show, in Chinese and English.
//!
//! `{0}`, `{1}` … stand for values. A test holds that no text is missing and that both languages use the same values.

/// The language of a text for people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lang {
    /// Simplified Chinese.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// From `zh` or `en`.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        match key {
            "zh" => Some(Self::Zh),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

macro_rules! messages {
    ($($name:ident $zh:literal $en:literal;)*) => {
        /// A text of the catalogue.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)] // the English text says what each is
        pub enum Msg { $($name,)* }

        impl Msg {
            /// Every text.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The text in a language.
            #[must_use]
            pub const fn text(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::Zh) => $zh, (Self::$name, Lang::En) => $en,)* }
            }
        }
    };
}

messages! {
    ModeWhatIf "推演结果（非实时）" "WHAT-IF result (not live)";
    ModePartial "运行未完成：以下只是中断前的部分结果" "Run not complete: what follows is the part before it stopped";
    MetaStart "开始 {0}" "starts {0}";
    MetaDuration "模拟时长 {0}" "simulated {0}";
    MetaSeed "随机种子 {0}" "seed {0}";
    LanguageZh "中文" "中文";
    LanguageEn "English" "English";

    HeadStory "发生了什么" "What happened";
    HeadFigures "关键指标" "Key figures";
    HeadMap "地图" "Map";
    HeadCurves "过程曲线" "Curves";
    HeadTimeline "事件时间线" "Timeline of events";
    HeadQuality "计算质量" "Quality of the computation";
    HeadAssumed "采用的假设" "What was assumed";
    HeadNotModelled "未计入模型的内容" "What was not modelled";

    StoryRoot "{0}，{1}：{2}。" "At {0}, {1}: {2}.";
    StoryValue "（{0}）" " ({0})";
    ValueHole "破口 {0}" "hole {0}";
    ValueOpening "开度 {0} %" "{0} % open";
    RuleEnded "{0}（结束）" "{0} (over)";
    StoryMoreRoots "另有 {0} 个事件，见时间线。" "{0} more events are in the timeline.";
    StoryBase "基准方案：{0}" "Base case: {0}";
    StoryCount "{1} {0}" "{0} {1}";
    StoryMeasure "{1} {0}" "{1} {0}";
    StoryWorst "最严重时（{0}）：{1}。" "At worst ({0}): {1}.";
    StoryNeverMoved "{0}全程不变：{1}。" "{0} did not change: {1} throughout.";
    StoryShut "到 {0} 共关闭 {1} 座阀门（{2}）。" "By {0}, {1} valves had been shut ({2}).";
    StoryShutOne "{0} 关闭阀门 {1}。" "At {0}, valve {1} was shut.";
    StoryEnd "模拟结束时（{0}）：{1}。" "At the end of the simulation ({0}): {1}.";
    StoryTotal "累计 {0}。" "Over the whole time: {0}.";
    StoryVariantWorse "若按“{0}”：{1}最严重时为 {2}，比“{3}”更差，相差 {4}。"
        "With “{0}”, {1} would be {2} at worst: worse than “{3}” by {4}.";
    StoryVariantBetter "若按“{0}”：{1}最严重时为 {2}，比“{3}”更好，相差 {4}。"
        "With “{0}”, {1} would be {2} at worst: better than “{3}” by {4}.";
    StoryVariantSame "若按“{0}”：{1}最严重时与“{2}”相同，均为 {3}。"
        "With “{0}”, {1} would be the same at worst as with “{2}”: {3}.";
    StoryVariantTotal "累计 {0}，“{1}”为 {2}。" "Over the whole time {0}, against {2} with “{1}”.";
    StoryNothing "没有记录到任何事件。" "No event was recorded.";

    FigMetric "指标" "Figure";
    FigWorst "最严重值" "worst";
    FigHighest "最大值" "highest";
    FigWhen "出现时刻" "when";
    FigEnd "结束时" "at the end";
    FigTotal "累计" "over time";
    FigBest "（最优）" " (best)";
    FigEqual "（相同）" " (equal)";
    FigBase "基准" "base case";
    FigNone "无数据" "no value";
    UnitCustomers "户" "";
    UnitCustomerHours "户·时" "customer-hours";
    FigMpa "约合 {0} MPa" "about {0} MPa";
    UnitHours "小时" "h";
    UnitMinutes "分钟" "min";

    MapNone "管网没有坐标，无法绘制地图；数值见过程曲线和时间线。"
        "The network has no coordinates, so no map can be drawn; see curves and timeline.";
    MapCaption "{0}（{1}）" "{0} ({1})";
    MapCalm "正常" "normal";
    MapNoValue "无数值" "no value";
    MapLinks "{0} 条" "{0} links";
    MapBurst "爆管点" "burst";
    MapShutValve "已关阀门" "shut valve";
    MapNoSupply "停水节点" "node without supply";
    MapPumpOff "停运水泵" "pump not running";
    MapSource "水源" "source of supply";
    MapOutfall "排放口" "outfall";
    MapFlooded "溢流节点" "flooded node";
    MapBlocked "堵塞管段" "blocked conduit";
    MapNorth "北" "N";
    MapLocal "坐标为管网自身的局部坐标，未作地理配准。" "Local coordinates of the network, not georeferenced.";
    MapEpsg "坐标系 EPSG:{0}" "Coordinates in EPSG:{0}";
    MapWgs "经纬度（WGS 84）" "Longitude and latitude (WGS 84)";
    MapTable "表格：数值最不利的 {0} 处（共 {1} 处不正常）" "As a table: the {0} worst places (of {1} that are not normal)";
    MapLeftOut "另有 {0} 个要素没有坐标，未绘出。" "{0} more features have no coordinates and are not drawn.";
    MapMarksLeftOut "同类标记过多，只绘出 {0} 个，共 {1} 个。" "Too many marks of a kind: {0} of {1} are drawn.";

    CurveAxis "横轴为当地时刻；竖线为事件，编号如下。" "Horizontal: local clock time. Vertical lines are events, numbered below.";
    CurveAxisPlain "横轴为当地时刻。" "Horizontal: local clock time.";
    CurveNone "没有随时间变化的指标。" "There is no figure over time.";
    CurveEmpty "没有可绘的数值。" "No value to draw.";
    CurveMore "另有 {0} 条曲线未绘出，见 series 文件夹。" "{0} more curves are not drawn; see the folder series.";

    TimeWhen "时刻" "time";
    TimeWhat "事件" "what happened";
    TimeWhere "对象" "where";
    TimeValue "数值" "value";
    TimeWhy "起因" "because of";
    TimeNumber "编号" "no.";
    AssetName "{0}{1} {2}" "{0} {1} {2}";
    TimeStart "起始事件" "initiating event";
    TimeThreshold "阈值 {0}" "threshold {0}";
    TimeConfidence "可信度 {0}" "confidence {0}";
    TimeMore "共 {0} 条记录，此处列出 {1} 条；其余见 events.jsonl。"
        "{0} records in all, {1} shown here; the rest is in events.jsonl.";
    TimeOf "方案“{0}”" "Variant “{0}”";
    TimeNoRecords "没有事件。" "No events.";

    QualityLedger "{0}：进入 {1}，流出 {2}，存量由 {3} 变为 {4}。" "{0}: {1} entered, {2} left, storage went from {3} to {4}.";
    QualityCloses "收支闭合，差额为最大项的 {0}。" "The balance closes; what is unexplained is {0} of the largest figure.";
    QualityOpen "注意：收支不闭合，差额为最大项的 {0}，结果须谨慎使用。"
        "Attention: the balance does not close; {0} of the largest figure is unexplained. Use the result with care.";
    QualityUnknown "注意：收支差额无法计算。" "Attention: the residual of the balance could not be computed.";
    QualityConverged "共计算 {0} 步、迭代 {1} 次，每一步都收敛。" "{0} steps with {1} iterations; every step converged.";
    QualityUnconverged "注意：共计算 {0} 步、迭代 {1} 次，其中 {2} 步未收敛。"
        "Attention: of {0} steps ({1} iterations) {2} did not converge.";
    QualityResidual "最大残差：{0}。" "Largest residuals: {0}.";
    QualityWarnings "求解器提示：" "Warnings of the solver:";
    QualityCost "计算用时：处理器 {0} s，实际 {1} s。" "Computing time: {0} s of processor, {1} s on the wall.";
    QualityHash "终态校验值 {0}" "hash of the last state {0}";
    OfWater "水量平衡" "Water balance";
    OfGas "燃气质量平衡" "Gas mass balance";
    OfEnergy "能量平衡" "Energy balance";
    OfCount "数量平衡" "Count";
    OfOther "收支平衡" "Balance";
    AssumedNone "没有登记的假设。" "No assumption is on record.";
    NotModelledNone "没有登记。" "Nothing is on record.";

    ClockDay "第{0}日 {1}" "day {0} {1}";
    TextTotal "共 {0} 条记录：{1}。" "{0} records in all: {1}.";
    TextRootSpan "起始事件 {0}；最后一条记录 {1}。" "First event {0}; last record {1}.";
    TextNone "没有记录到任何事件。" "No event was recorded.";

    CmpHead "对比：A = {0}，B = {1}" "Comparison: A = {0}, B = {1}";
    CmpSame "两次结果相同。" "The two results are the same.";
    CmpDiffer "两次结果不同。" "The two results differ.";
    CmpHashSame "终态校验值相同" "hash of the last state: equal";
    CmpHashDiffers "终态校验值不同" "hash of the last state: different";
    CmpHashUnknown "终态校验值缺失，无法比较" "hash of the last state: missing, cannot be compared";
    CmpPartial "{0} 未完成，只是部分结果。" "{0} is not complete, a partial result.";
    CmpMetrics "指标" "Metrics";
    CmpSeries "曲线的最大差值" "Largest differences of the series";
    CmpMetric "指标" "metric";
    CmpFigure "数值" "figure";
    CmpQuantity "物理量" "quantity";
    CmpSamples "样本" "samples";
    CmpOnly "仅一方有" "only on one side";
    CmpLargest "最大差" "largest";
    CmpAt "位置" "where";
    CmpUnit "单位" "unit";
    CmpEvent "第一条不同的事件是第 {0} 条：" "The first event that differs is number {0}:";
    CmpEventsSame "事件相同（{0} 条）。" "The events are the same ({0}).";
    CmpNoEvent "（无）" "(none)";
    CmpVariant "方案 {0}" "variant {0}";
    CmpVariantOnly "方案 {0} 只在一方出现。" "Variant {0} is on one side only.";
}

impl Msg {
    /// The text with its values put in.
    #[must_use]
    pub fn with(self, lang: Lang, values: &[&str]) -> String {
        let mut out = String::new();
        let mut rest = self.text(lang);
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let Some(close) = rest[open..].find('}') else { break };
            let slot = rest[open + 1..open + close].parse::<usize>().ok();
            out.push_str(slot.and_then(|s| values.get(s)).copied().unwrap_or_default());
            rest = &rest[open + close + 1..];
        }
        out.push_str(rest);
        out
    }
}
