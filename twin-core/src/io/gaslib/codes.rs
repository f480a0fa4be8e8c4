//! The codes of all findings on GasLib files, in one table. Codes are stable; words may change.

macro_rules! codes {
    ($($name:ident $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $code;)*
        /// Code, meaning in Chinese, meaning in English; one row for each code, in order.
        pub const TABLE: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)*];
    };
}
codes! {
    UNREADABLE "GLB-001" "文件无法读取" "a file cannot be read";
    SYNTAX "GLB-002" "不是 XML" "a file is not XML";
    FORM "GLB-003" "不是 GasLib 文件" "a file is not of the kind of GasLib that is meant";
    MISSING "GLB-004" "缺少属性或元素" "an attribute or element that is needed is missing";
    NUMBER "GLB-005" "不是数值" "a value is not a number";
    UNIT "GLB-006" "未知的单位" "a unit that is not known";
    RANGE "GLB-007" "值超出范围" "a value outside its range";
    DUPLICATE "GLB-008" "编号重复" "an id stands twice";
    UNKNOWN_NODE "GLB-009" "节点不存在" "a node that does not exist";
    SELF_LOOP "GLB-010" "起止节点相同" "a link that ends where it begins";
    ELEMENT "GLB-011" "不支持的元件" "a kind of element that is not computed here";
    NO_SCENARIO "GLB-012" "缺少工况文件" "no scenario says what flows";
    NO_SOURCE "GLB-013" "没有气源" "no entry could hold a pressure";
    ASSUMED "GLB-014" "采用了假定值" "a value that the files do not give is assumed";
    UNKNOWN_LINK "GLB-015" "元件不存在" "an option names an element that does not exist";
    BOUNDS "GLB-016" "上下限不同" "a flow is given by bounds that are not equal";
}
