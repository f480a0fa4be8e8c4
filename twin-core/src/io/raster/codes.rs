//! The codes of all findings on rasters, in one table. Codes are stable; words may change.

macro_rules! codes {
    ($($name:ident $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = $en] pub const $name: &str = $code;)*
        /// Code, meaning in Chinese, meaning in English; one row for each code, in order.
        pub const TABLE: &[(&str, &str, &str)] = &[$(($code, $zh, $en),)*];
    };
}
codes! {
    UNREADABLE "RAS-001" "栅格文件无法读取" "the raster cannot be read";
    FORMAT "RAS-002" "栅格格式不支持" "the format of a raster is not one that is read here";
    HEADER "RAS-003" "栅格头错误" "the header of an ASCII grid is wrong, incomplete or unknown";
    VALUE "RAS-004" "栅格值不是有限数" "a value is not a finite number";
    COUNT "RAS-005" "栅格值的个数不符" "there are more or fewer values than the header says";
    TRUNCATED "RAS-006" "GeoTIFF 损坏或被截断" "a GeoTIFF is broken or ends early";
    SIZE "RAS-007" "栅格过大" "the raster has too many cells";
    PLACE "RAS-008" "栅格没有地理位置" "a GeoTIFF does not say where it lies";
    SQUARE "RAS-009" "像元不是正方形" "cells are not square, or the grid is turned";
    CRS_MISSING "RAS-010" "缺少坐标系" "a coordinate reference system is demanded and the raster has none";
    CRS_OTHER "RAS-011" "坐标系不符" "the coordinate reference system is not the one demanded";
    UNITS "RAS-012" "坐标不是米" "coordinates are degrees or feet, not metres";
    FRAME "RAS-013" "栅格范围不一致" "two rasters do not lie on the same cells";
    HOLE "RAS-014" "栅格内部有空洞" "cells without a value lie inside the raster";
    CLIFF "RAS-015" "相邻像元高差过大" "the ground between two cells is steeper than a bank or a wall";
    RANGE "RAS-016" "数值超出合理范围" "a value is outside what it can be";
    EMPTY "RAS-017" "栅格没有任何值" "no cell has a value";
    UNKNOWN "RAS-018" "此处缺少必需的值" "a cell that needs a value has none";
}
