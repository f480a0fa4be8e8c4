//! The codes of all findings on flood cases, in one table. Codes are stable; words may change. What is wrong with a
//! raster has a code of its own table.

macro_rules! codes {
    ($($name:ident $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $code;)*
        /// Code, meaning in Chinese, meaning in English; one row for each code, in order.
        pub const TABLE: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)*];
    };
}
codes! {
    UNREADABLE "FLD-001" "文件无法读取" "a file cannot be read";
    SYNTAX "FLD-002" "不是 TOML" "the case is not TOML";
    UNKNOWN_KEY "FLD-003" "未知的键" "a key that is not known";
    MISSING_KEY "FLD-004" "缺少键" "a key that is missing";
    VALUE "FLD-005" "值类型错误或超出范围" "a value of the wrong type or outside its range";
    CHOICE "FLD-006" "互斥或不完整的键" "keys that exclude one another, or of which one is wanted";
    SERIES "FLD-007" "时间序列无法解析" "a series cannot be read";
    SERIES_ORDER "FLD-008" "时间序列乱序" "the times of a series do not rise";
    SERIES_EMPTY "FLD-009" "时间序列为空" "a series has no row";
    BOUNDARY_OFF "FLD-010" "边界不在网格上" "a boundary lies off the grid";
    OVERLAP "FLD-011" "边界重叠" "two boundaries claim the same face";
    POINT_OFF "FLD-012" "点不在网格内" "a point lies off the grid or where there is no ground";
    DUPLICATE "FLD-013" "编号重复" "an id stands twice";
    BUILDINGS "FLD-014" "建筑物文件有误" "the buildings cannot be used";
    BARRIER_OFF "FLD-015" "堤防或墙不在网格内" "a levee or wall lies off the grid";
    BARRIER_VALUE "FLD-016" "堤防或墙的值无效" "a levee or wall has a value that makes no sense";
    BARRIER_SHARED "FLD-017" "两道堤防或墙重合" "two levees or walls stand on the same face";
    CLASS "FLD-018" "土地类别缺少对应的行" "a class of land has no row in its table";
    TABLE_ROW "FLD-019" "表格行有误" "a row of a table is wrong";
    GROUND "FLD-020" "地面无法使用" "the ground cannot be used";
    UNDERPASS_VALUE "FLD-021" "下穿通道的值无效" "an underpass has a value that makes no sense";
    DAM_VALUE "FLD-022" "淤地坝的值无效" "a check dam has a value that makes no sense";
    DAM_CHAIN "FLD-023" "淤地坝去向无效" "the water of a check dam goes to no dam there is, or comes back to it";
}
