//! The codes of all findings on SWMM decks and the files they name, in one table. Codes are stable; words may change.
//!
//! `SWM-0xx` are of this reader. `SWM-101` to `SWM-363` are the errors that SWMM gives the same number (User's Manual,
//! appendix E). `SWM-4nn` is SWMM's warning nn.

use crate::io::swmm_bytes::codes;

codes! {
    NOT_UTF8 "SWM-001" "文件不是 UTF-8 编码" "the file is not UTF-8 text; each byte was taken as one Latin-1 letter";
    BINARY "SWM-002" "文件不是文本" "the file is not text";
    EMPTY "SWM-003" "文件为空" "the file is empty";
    UNREADABLE "SWM-004" "文件无法读取" "the file cannot be read";
    TOO_LARGE "SWM-005" "文件过大" "the file is too large";
    NO_SECTION "SWM-006" "数据出现在第一个节之前" "text before the first section, which SWMM reads as title";
    OPEN_QUOTE "SWM-007" "引号未闭合" "a quote is not closed";
    MANY_FIELDS "SWM-008" "字段过多" "fields beyond those of the row are not read";
    OBSOLETE "SWM-009" "过时的选项" "obsolete: SWMM 5.2 does not use it any more, nor is it used here";
    REPLACED "SWM-010" "后面的行替换了前面的行" "a later row replaces an earlier one";
    ADJUSTED "SWM-011" "数值被调整" "a value is replaced as SWMM replaces it";
    NO_ROW "SWM-012" "缺少对应的行" "an object has no row in a section that gives it meaning";
    NOT_PLACED "SWM-013" "地图行指向不存在的对象" "a row of the map names something that does not exist";
    ODD_SECTION "SWM-014" "节名拼写不标准" "a section name is misspelled but recognisable";
    NOTHING "SWM-015" "没有可模拟的对象" "the deck has nothing to simulate";
    PATTERN_COUNT "SWM-016" "时间模式的系数个数不符" "a pattern has not as many factors as its kind asks for";
    OTHER_PLACE "SWM-017" "文件在别处找到" "an absolute path of another machine: the file beside the deck is read";
    UNKNOWN_FORMAT "SWM-018" "不支持的外部文件格式" "the format of an external file is recognised, but not read here";

    AMBIGUOUS_OUTLET "SWM-108" "子汇水区出口名称有歧义" "the outlet of a subcatchment is both a node and a subcatchment";
    AQUIFER "SWM-109" "含水层参数无效" "invalid parameter values for an aquifer";
    GROUND "SWM-110" "地面低于地下水位" "the ground is below the water table of a subcatchment";
    LENGTH "SWM-111" "管渠长度无效" "invalid length of a conduit";
    ROUGHNESS "SWM-113" "管渠糙率无效" "invalid roughness of a conduit";
    NO_XSECTION "SWM-117" "缺少断面" "a link has no cross section";
    XSECTION "SWM-119" "断面无效" "invalid cross section";
    PUMP_CURVE "SWM-121" "水泵曲线缺失或无效" "missing or invalid pump curve";
    PUMP_DEPTHS "SWM-122" "水泵启动水深不高于停泵水深" "the startup depth of a pump is not above its shutoff depth";
    CYCLE "SWM-131" "管网存在环路" "links form a loop, which steady and kinematic routing cannot solve";
    TWO_OUTLETS "SWM-133" "节点有多条出口管段" "a node has more than one outlet link";
    DUMMY "SWM-134" "虚拟管段连接不合法" "a node has illegal dummy link connections";
    DIVIDER_LINKS "SWM-135" "分流器出口管段多于两条" "a divider has more than two outlet links";
    DIVIDER_LINK "SWM-136" "分流器的分流管段无效" "a divider has an invalid diversion link";
    DIVIDER_WEIR "SWM-137" "堰式分流器参数无效" "a weir divider has invalid parameters";
    DEPTH "SWM-138" "初始水深大于最大水深" "the initial depth of a node is above its greatest depth";
    REGULATOR "SWM-139" "调节构筑物从非蓄水节点流出" "a regulator is the outlet of a node that stores nothing";
    VOLUME "SWM-140" "蓄水节点容积为负" "a storage node has a negative volume at full depth";
    OUTFALL_LINKS "SWM-141" "排放口连接的管段不合法" "an outfall has more than one inlet link or an outlet link";
    REGULATOR_SHAPE "SWM-143" "调节构筑物断面形状无效" "a regulator has an invalid shape";
    NO_OUTLET "SWM-145" "系统没有出口节点" "the drainage system has no outlet";
    UH_TIME "SWM-151" "单位线时间基数无效" "a unit hydrograph has an invalid time base";
    UH_RATIO "SWM-153" "单位线响应系数无效" "a unit hydrograph has invalid response ratios";
    GAGE_FORM "SWM-157" "雨量站数据格式不一致" "gauges of one time series have different forms";
    GAGE_SERIES "SWM-158" "雨量站时间序列被他用" "the time series of a gauge is also used by another object";
    GAGE_INTERVAL "SWM-159" "雨量站记录间隔大于序列间隔" "the recording interval of a gauge is above that of its series";
    CYCLIC_TREATMENT "SWM-161" "处理函数循环依赖" "treatment functions depend on one another in a circle";
    CURVE "SWM-171" "曲线数据无效或乱序" "a curve has invalid data or data out of sequence";
    SERIES "SWM-173" "时间序列乱序" "a time series has its data out of sequence";
    SNOWMELT "SWM-181" "融雪参数无效" "invalid snowmelt parameters";
    SNOWPACK "SWM-182" "积雪包参数无效" "invalid parameters of a snow pack";
    LID_TYPE "SWM-183" "LID 未给出类型" "no type is given for a LID";
    LID_LAYER "SWM-184" "LID 缺少必需的层" "a layer of a LID is missing";
    LID_VALUE "SWM-185" "LID 参数无效" "an invalid parameter of a LID";
    LID_AREA "SWM-187" "LID 面积超过子汇水区面积" "the LID area is above the area of the subcatchment";
    LID_CAPTURE "SWM-188" "LID 承接面积超过不透水面积" "LIDs capture more than all of the subcatchment's area";
    START "SWM-191" "开始时间晚于结束时间" "the simulation begins after its end";
    REPORT_START "SWM-193" "报告开始时间晚于结束时间" "reporting begins after the end";
    REPORT_STEP "SWM-195" "报告步长小于演算步长" "the reporting step or the duration is below the routing step";
    LONG_LINE "SWM-201" "行过长" "too many characters in a line";
    FEW_FIELDS "SWM-203" "字段不足" "too few items";
    KEYWORD "SWM-205" "无效的关键字" "an invalid keyword";
    DUPLICATE "SWM-207" "编号重复" "a duplicate id";
    UNDEFINED "SWM-209" "引用了不存在的对象" "an undefined object";
    NUMBER "SWM-211" "无效的数字" "an invalid number";
    DATE "SWM-213" "无效的日期或时间" "an invalid date or time";
    RULE "SWM-217" "控制规则语句无效或次序有误" "a clause of a rule is invalid or out of sequence";
    NO_TRANSECT "SWM-219" "数据不属于任何断面" "data of an unidentified transect";
    STATION "SWM-221" "断面测点乱序" "a station of a transect is out of sequence";
    FEW_STATIONS "SWM-223" "断面测点过少" "a transect has too few stations";
    MANY_STATIONS "SWM-225" "断面测点过多" "a transect has too many stations";
    NO_MANNING "SWM-227" "断面没有曼宁系数" "a transect has no Manning's n";
    OVERBANK "SWM-229" "断面滩地位置无效" "a transect has invalid overbank locations";
    NO_DEPTH "SWM-231" "断面没有深度" "a transect has no depth";
    EXPRESSION "SWM-233" "无效的数学表达式" "an invalid mathematical expression";
    INFILTRATION "SWM-235" "无效的下渗参数" "invalid infiltration parameters";

    RAIN_OPEN "SWM-317" "无法打开降雨文件" "a rain file cannot be read";
    RAIN_ORDER "SWM-318" "降雨文件乱序" "a line of a rain file is out of sequence";
    RAIN_FORMAT "SWM-319" "降雨文件格式未知" "a rain file of unknown format";
    NO_CLIMATE "SWM-336" "未给出气候文件" "no climate file for evaporation or wind that needs it";
    CLIMATE_OPEN "SWM-337" "无法打开气候文件" "a climate file cannot be read";
    CLIMATE_READ "SWM-338" "气候文件内容有误" "a line of a climate file cannot be read";
    SERIES_OPEN "SWM-361" "无法打开时间序列文件" "a file of a time series cannot be read";
    SERIES_READ "SWM-363" "时间序列文件内容有误" "invalid data in a file of a time series";

    NODE_DEPTH "SWM-402" "节点最大水深抬高到管顶" "the depth of a node is raised to the crown of its highest conduit";
    NEGATIVE_OFFSET "SWM-403" "负偏移按零计" "a negative offset is taken as 0";
    SMALL_DROP "SWM-404" "管渠落差抬高到最小值" "the drop of a conduit is raised to 0.001 ft";
    SMALL_SLOPE "SWM-405" "管渠坡度抬高到最小值" "the slope of a conduit is raised to the smallest allowed";
    STEP_DRY "SWM-406" "旱期步长增大到湿期步长" "the dry step is below the wet step, and raised to it";
    STEP_ROUTE "SWM-407" "演算步长减小到湿期步长" "the routing step is above the wet step, and lowered to it";
    STEEP "SWM-408" "管渠落差大于长度" "the drop of a conduit exceeds its length";
    GAGE_COARSE "SWM-409" "序列间隔大于雨量站间隔" "the interval of a time series is above that of its gauge";
    CREST "SWM-410" "堰顶抬高到下游节点底高" "the crest of a regulator is raised to the invert of its second node";
    RULE_ATTRIBUTES "SWM-411" "规则两侧属性不一致" "a rule compares different attributes";
    INLET_PLACE "SWM-412" "雨水口不能安装在该断面" "inlets in a conduit that cannot have them are passed over";
}
