//! The codes of all findings on pandapipes files, in one table. Codes are stable; words may change.

macro_rules! codes {
    ($($name:ident $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $code;)*
        /// Code, meaning in Chinese, meaning in English; one row for each code, in order.
        pub const TABLE: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)*];
    };
}
codes! {
    UNREADABLE "GPP-001" "文件无法读取" "the file cannot be read";
    SYNTAX "GPP-002" "不是 JSON" "the file, or a text within it, is not JSON";
    NOT_A_NET "GPP-003" "不是 pandapipes 管网" "the file is not a pandapipes network";
    MISSING_TABLE "GPP-004" "缺少表" "a table that is needed is missing";
    TABLE_FORM "GPP-005" "表无法读取" "a table does not have the form of a table";
    MISSING_COLUMN "GPP-006" "缺少列" "a column that is needed is missing";
    TYPE "GPP-007" "值类型错误" "a value of the wrong type";
    RANGE "GPP-008" "值超出范围" "a value outside its range";
    MISSING_VALUE "GPP-009" "缺少值" "a value that is needed is missing";
    UNKNOWN_ELEMENT "GPP-010" "引用的元件不存在" "a junction or pipe that does not exist";
    DUPLICATE "GPP-011" "索引重复" "an index stands twice";
    SELF_LOOP "GPP-012" "起止节点相同" "a link that ends where it begins";
    COMPONENT "GPP-013" "不支持的元件" "a component that is not computed here";
    CONTROLLED "GPP-014" "调压器控制点不在出口" "a regulator that controls another junction than its outlet";
    FLUID "GPP-015" "流体无法使用" "the fluid cannot be used";
    STD_TYPE "GPP-016" "标准类型无法使用" "a standard type is missing or cannot be used";
    NO_SOURCE "GPP-017" "没有给定压力的气源" "no source of given pressure is in service";
    CONTROLLER "GPP-018" "控制器不执行" "controllers are not run";
    VALVE_END "GPP-019" "阀门不在管段端点" "a valve does not stand at an end of its pipe";
    TOO_LARGE "GPP-020" "管网过大" "the network has too many parts";
    FRICTION "GPP-021" "未知的摩阻公式" "a friction law that is not known";
    REVIVED "GPP-022" "停用节点仍有在用管段" "a junction out of service at which links in service end";
}
