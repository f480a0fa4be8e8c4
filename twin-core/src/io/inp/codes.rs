//! The codes of all findings on `.inp` files, in one table. Codes are stable; words may change.
//!
//! `INP-1xx` syntax, `INP-2xx` references, `INP-3xx` values, `INP-4xx` read and kept, but not solved yet.

use crate::io::swmm_bytes::codes;

codes! {
    NOT_UTF8 "INP-101" "文件不是 UTF-8 编码" "the file is not UTF-8 text; each byte was taken as one Latin-1 letter";
    BINARY "INP-102" "文件不是文本" "the file is not text";
    LONG_LINE "INP-103" "行过长" "a line is too long to be a row";
    UNKNOWN_SECTION "INP-104" "未知的节" "a section that EPANET does not know";
    NO_SECTION "INP-105" "数据出现在第一个节之前" "data before the first section";
    FEW_FIELDS "INP-106" "字段不足" "a row lacks fields";
    UNKNOWN_KEYWORD "INP-107" "未知的关键字" "a keyword that EPANET does not know";
    OPEN_QUOTE "INP-108" "引号未闭合" "a quote is not closed";
    NO_END "INP-109" "缺少 [END]" "the file has no [END]: it may have been cut off";
    ODD_SECTION "INP-110" "节名拼写不标准" "a section name is misspelled but recognisable";
    EMPTY "INP-111" "文件为空" "the file is empty";
    AFTER_END "INP-112" "[END] 之后还有内容" "text after [END] is not read";
    MANY_FIELDS "INP-113" "字段过多" "fields beyond those of the row are not read";
    UNREADABLE "INP-114" "文件无法读取" "the file cannot be read";
    TOO_LARGE "INP-115" "文件过大" "the file is too large";
    OBSOLETE "INP-116" "过时的内容" "obsolete: EPANET does not use it any more, nor is it used here";
    BAD_RULE "INP-117" "规则语句有误" "a clause of a rule is not in its place";

    DUPLICATE_NODE "INP-201" "节点编号重复" "two nodes have one id";
    DUPLICATE_LINK "INP-202" "管段编号重复" "two links have one id";
    UNKNOWN_NODE "INP-203" "引用了不存在的节点" "a node is named that does not exist";
    UNKNOWN_LINK "INP-204" "引用了不存在的管段" "a link is named that does not exist";
    UNKNOWN_PATTERN "INP-205" "引用了不存在的时间模式" "a pattern is named that does not exist";
    UNKNOWN_CURVE "INP-206" "引用了不存在的曲线" "a curve is named that does not exist";
    SAME_ENDS "INP-207" "管段两端为同一节点" "a link has one node at both ends";
    UNLINKED "INP-208" "节点没有连接任何管段" "a junction is at the end of no link";
    NO_SOURCE "INP-209" "没有水库或水池" "the network has no reservoir and no tank";
    NO_JUNCTION "INP-210" "没有节点" "the network has no junction";
    DUPLICATE_PATTERN "INP-211" "时间模式重复" "a pattern is given in two places";
    DUPLICATE_CURVE "INP-212" "曲线重复" "a curve is given in two places";
    VALVE_AT_TANK "INP-213" "阀门直接连接水池或水库" "a PRV, PSV or FCV stands at a tank or reservoir";
    VALVE_PAIR "INP-214" "阀门相互冲突" "two control valves work against one another at one node";
    WRONG_KIND "INP-215" "引用对象类型不符" "what is named exists, but is of another kind";
    DEFAULT_PATTERN "INP-216" "默认时间模式不存在" "the default pattern does not exist: demands without pattern are constant";
    NOT_PLACED "INP-217" "坐标或标签指向不存在的对象" "a coordinate, vertex or tag is of something that does not exist";

    NOT_NUMBER "INP-301" "不是数字" "a number was expected";
    COMMA "INP-302" "小数点写成了逗号" "a decimal comma";
    NOT_FINITE "INP-303" "数字溢出或非有限" "a number that is not finite";
    OUT_OF_RANGE "INP-304" "数值超出范围" "a number out of its range";
    CURVE_ORDER "INP-305" "曲线的 x 值没有递增" "the x values of a curve do not increase";
    PUMP_CURVE "INP-306" "水泵扬程曲线无效" "a pump's head curve does not fall as it must";
    NO_PUMP_LAW "INP-307" "水泵没有扬程曲线或功率" "a pump has neither head curve nor power";
    TANK_LEVELS "INP-308" "水池水位不一致" "levels of a tank do not fit one another or its volume curve";
    BAD_CHOICE "INP-309" "选项值无效" "a word that is none of the choices";
    BAD_TIME "INP-310" "时间格式有误" "not a time";
    CONTROL_TARGET "INP-311" "不能对该管段设置状态" "a check valve's status, or a GPV's setting, cannot be set";
    CLAMPED "INP-312" "数值已按 EPANET 规则截断" "a value is moved to the nearest that EPANET allows";
    PDA_PRESSURE "INP-313" "需求压力须大于最小压力" "the required pressure must exceed the minimum pressure by 0.1";
    PRESSURE_UNITS "INP-314" "压力单位与流量单位制不同" "pressure and flow units of two systems: old EPANET reads otherwise";
    STEP_ADJUSTED "INP-315" "时间步长已调整" "a time step is shortened as EPANET does";
    NO_EFFECT "INP-316" "该行不起作用" "a row has no effect";
    TANK_AS_RESERVOIR "INP-317" "直径为零的水池按水库处理" "a tank of no diameter and no volume curve is a reservoir to EPANET";

    RULES "INP-401" "规则控制已读入，尚未求解" "rule-based controls are read but not solved yet";
    QUALITY "INP-402" "水质已读入，尚未求解" "water quality is read but not solved yet";
    SOURCES "INP-403" "水质源已读入，尚未求解" "quality sources are read but not solved yet";
    REACTIONS "INP-404" "反应系数已读入，尚未求解" "reaction coefficients are read but not solved yet";
    MIXING "INP-405" "水池混合模型已读入，尚未求解" "tank mixing models are read but not solved yet";
    ENERGY "INP-406" "能耗价格已读入，尚未求解" "energy prices and pump efficiencies are read but not solved yet";
    LEAKAGE "INP-407" "FAVAD 漏损已读入，尚未求解" "FAVAD leakage is read but not solved yet";
    STATISTIC "INP-408" "时间统计已读入，尚未求解" "the time statistic is read but not solved yet: results are the full series";
    HYDRAULICS_FILE "INP-409" "水力结果文件已读入，尚未使用" "a hydraulics file is named but neither read nor written yet";
    TOLERANCES "INP-410" "求解器内部容差已读入，尚未使用" "HTOL, QTOL and RQTOL are read but not used by this solver";
    OTHER_FILES "INP-411" "分页、报告文件、地图文件已读入，尚未使用" "page breaks, report file and map file are read but not used";
}

#[cfg(test)]
mod tests {
    use super::TABLE;

    /// Each code once, in order, explained in both languages.
    #[test]
    fn the_table_is_ordered_and_explained() {
        for pair in TABLE.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} {}", pair[0].0, pair[1].0);
        }
        for (code, zh, en) in TABLE {
            assert!(code.len() == 7 && code.starts_with("INP-"), "{code}");
            assert!(zh.chars().any(|c| c as u32 >= 0x4e00) && en.is_ascii(), "{code}");
        }
    }
}
