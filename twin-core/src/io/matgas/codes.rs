//! The codes of all findings on matgas files, in one table. Codes are stable; words may change.

macro_rules! codes {
    ($($name:ident $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $code;)*
        /// Code, meaning in Chinese, meaning in English; one row for each code, in order.
        pub const TABLE: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)*];
    };
}
codes! {
    UNREADABLE "MTG-001" "文件无法读取" "the file cannot be read";
    SYNTAX "MTG-002" "语句无法解析" "a statement cannot be read";
    MISSING "MTG-003" "缺少必需的值或表" "a value or table that is needed is missing";
    NUMBER "MTG-004" "不是数值" "a value is not a number";
    SHORT_ROW "MTG-005" "表格行的列数不足" "a row has fewer values than are needed";
    RANGE "MTG-006" "值超出范围" "a value outside its range";
    UNITS "MTG-007" "不支持的单位" "the units of the file are not read here";
    DUPLICATE "MTG-008" "编号重复" "a number stands twice";
    UNKNOWN_NODE "MTG-009" "节点不存在" "a junction that does not exist";
    SELF_LOOP "MTG-010" "起止节点相同" "a link that ends where it begins";
    ELEMENT "MTG-011" "不支持的元件" "a kind of element that is not computed here";
    NO_SOURCE "MTG-012" "没有给定压力的节点" "no junction has a given pressure";
    ASSUMED "MTG-013" "采用了假定值" "a value that the file does not give is assumed";
    UNKNOWN_LINK "MTG-014" "元件不存在" "an option names an element that does not exist";
    ROWS "MTG-015" "扩展表行数不符" "a table that extends another has another number of rows";
}
