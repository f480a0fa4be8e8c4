//! The codes of all findings on lists of gas cases and the files of their kinds. Codes are stable; words may change.
//! What is wrong with a pandapipes file has a code of its own table.

macro_rules! codes {
    ($($name:ident $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $code;)*
        /// Code, meaning in Chinese, meaning in English; one row for each code, in order.
        pub const TABLE: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)*];
    };
}
codes! {
    UNREADABLE "GCS-001" "文件无法读取" "a file cannot be read";
    SYNTAX "GCS-002" "不是 JSON" "a file is not JSON";
    FORM "GCS-003" "缺少键、未知的键或类型错误" "a key is missing, not known, or of the wrong type";
    NO_CASE "GCS-004" "没有这个算例" "no case of this name is in the list";
    KIND "GCS-005" "未知的算例种类" "the kind of a case is not known";
    RANGE "GCS-006" "值超出范围" "a value outside its range";
    UNKNOWN_NODE "GCS-007" "节点不存在" "a node that does not exist";
    UNKNOWN_LINK "GCS-008" "连接不存在" "a link that does not exist";
    SELF_LOOP "GCS-009" "起止节点相同" "a link that ends where it begins";
    ELEMENT "GCS-010" "不支持的元件" "a kind of element that is not computed here";
    SERIES "GCS-011" "时间序列无效" "a series whose times do not rise, or that is not one";
    NO_SOURCE "GCS-012" "没有给定压力的节点" "no node has a given pressure";
    OPTION "GCS-013" "未知的选项" "an option that is not known";
    FLOW_MISSING "GCS-014" "缺少初始流量" "a pipe has no initial flow";
    KIND_OF_FILE "GCS-015" "未知的文件格式" "a kind of file that is not read here";
    CHOICE "GCS-016" "需要指定算例" "a list of cases of which none is chosen";
}
