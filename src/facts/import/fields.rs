//! What an import can fill of each table, and what people call it. Names are written small and without blanks.

use crate::domain::TableName;

/// What the cells of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Names things.
    Id,
    /// A name.
    Name,
    /// One of some that come again and again.
    Class,
    /// Sentences.
    Text,
    /// A number.
    Number,
    /// A day or a moment.
    Moment,
}

/// One field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// Its name, as in mappings.
    pub(super) name: &'static str,
    /// What its cells are.
    pub(super) kind: Kind,
    /// Whether the table cannot do without.
    pub(super) required: bool,
    /// What people call it, likeliest first.
    names: &'static str,
}

const fn field(name: &'static str, kind: Kind, required: bool, names: &'static str) -> Field {
    Field { name, kind, required, names }
}

impl Field {
    /// What people call it, likeliest first.
    pub(super) fn synonyms(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.names.split_whitespace()
    }
}

/// The fields of a table.
pub(super) fn of(table: TableName) -> &'static [Field] {
    match table {
        TableName::Products => PRODUCTS,
        TableName::Orders => ORDERS,
        TableName::Posts => POSTS,
        TableName::AdResults => AD_RESULTS,
        TableName::Interactions => INTERACTIONS,
        TableName::CampaignSends => CAMPAIGN_SENDS,
    }
}

const PRODUCT_IDS: &str = "productid sku stockcode itemid productcode itemcode articlenumber articleid itemnumber \
         asin upc ean gtin variantid materialnumber productno 商品编号 商品id 产品编号 货号";
const CUSTOMER_IDS: &str = "customerid customer userid clientid customernumber customerno householdid memberid buyerid \
         accountid shopperid customercode visitorid 客户编号 客户id 客户 会员号 用户id 顾客";
const CATEGORIES: &str = "category productcategory categoryname department producttype productgroup itemcategory 类别 \
         品类 分类 商品类别";
const COSTS: &str = "cost unitcost costprice cogs purchaseprice productcost itemcost wholesaleprice 成本 成本价 进价";

const PRODUCTS: &[Field] = &[
    field("product_id", Kind::Id, true, PRODUCT_IDS),
    field(
        "name",
        Kind::Name,
        true,
        "name productname title itemname producttitle description producttype articlename product \
         商品名称 产品名称 名称 品名",
    ),
    field("category", Kind::Class, false, CATEGORIES),
    field(
        "price",
        Kind::Number,
        false,
        "price unitprice retailprice listprice sellingprice saleprice msrp rrp 价格 单价 售价",
    ),
    field("cost", Kind::Number, false, COSTS),
    field(
        "description",
        Kind::Text,
        false,
        "description productdescription longdescription details bodyhtml packagesize 描述 说明",
    ),
];

const ORDERS: &[Field] = &[
    field(
        "order_id",
        Kind::Id,
        true,
        "orderid invoice invoiceno invoicenumber invoiceid ordernumber orderno order basketid \
         transactionid receiptid receiptno saleid bookingid ticketid name 订单号 订单编号 单号 订单",
    ),
    field("line", Kind::Number, false, "line linenumber lineno orderline lineid rowid 行号"),
    field("customer_id", Kind::Id, false, CUSTOMER_IDS),
    field("product_id", Kind::Id, true, PRODUCT_IDS),
    field(
        "product_name",
        Kind::Name,
        false,
        "productname description itemname product item producttitle lineitemname title \
         itemdescription productdescription 商品名称 产品名称 商品 品名",
    ),
    field("category", Kind::Class, false, CATEGORIES),
    field(
        "quantity",
        Kind::Number,
        false,
        "quantity qty units unitssold quantityordered orderquantity count pieces lineitemquantity \
         itemcount 数量 件数",
    ),
    field(
        "unit_price",
        Kind::Number,
        false,
        "unitprice price itemprice priceeach saleprice sellingprice lineitemprice productprice 单价 \
         价格 售价",
    ),
    field(
        "line_total",
        Kind::Number,
        false,
        "linetotal sales salesvalue amount total totalprice linevalue revenue totalamount netamount \
         subtotal extendedprice turnover 金额 销售额 总价",
    ),
    field("cost", Kind::Number, false, COSTS),
    field(
        "ordered_at",
        Kind::Moment,
        true,
        "orderedat orderdate invoicedate date transactiontimestamp transactiondate createdat \
         purchasedate timestamp datetime saledate paidat ordertime time orderpurchasetimestamp 日期 \
         下单时间 订单日期 时间 下单日期",
    ),
    field(
        "channel",
        Kind::Class,
        false,
        "channel saleschannel orderchannel salessource store storeid platform orderchannelname 渠道 \
         销售渠道 平台",
    ),
    field(
        "region",
        Kind::Class,
        false,
        "region country state market territory shipcountry shippingcountry province area city \
         countrycode 地区 区域 省份 国家 城市",
    ),
];

const POSTS: &[Field] = &[
    field("post_id", Kind::Id, false, "postid reviewid commentid tweetid id messageid feedbackid 评论id 编号"),
    field("source", Kind::Class, false, "source platform channel site network origin website 来源 平台"),
    field(
        "author",
        Kind::Name,
        false,
        "author username user reviewer reviewername handle userid screenname profilename 作者 用户 用户名",
    ),
    field(
        "posted_at",
        Kind::Moment,
        true,
        "postedat date createdat reviewdate timestamp time datetime published publishedat postdate \
         reviewtime unixreviewtime submittedat 日期 时间 评论时间 发布时间",
    ),
    field(
        "text",
        Kind::Text,
        true,
        "text review reviewtext comment body content message reviewbody tweet feedback description \
         评论 内容 评论内容 正文",
    ),
    field("product_id", Kind::Id, false, PRODUCT_IDS),
    field("rating", Kind::Number, false, "rating stars score starrating overall reviewscore reviewrating 评分 星级"),
    field("reply_to", Kind::Id, false, "replyto inreplyto parentid inreplytostatusid 回复"),
];

const AD_RESULTS: &[Field] = &[
    field("date", Kind::Moment, true, "date day reportdate datestart reportingstarts week 日期"),
    field(
        "channel",
        Kind::Class,
        true,
        "channel adchannel platform network medium publisherplatform source mediachannel utmmedium \
         渠道 平台 媒体",
    ),
    field("campaign", Kind::Class, false, "campaign campaignname campaignid utmcampaign 广告系列 活动 推广计划"),
    field("placement", Kind::Class, false, "placement position adplacement slot adposition 版位 位置"),
    field("variant", Kind::Class, false, "variant ad adname creative adid adgroup adset version 创意"),
    field("device", Kind::Class, false, "device devicetype deviceplatform 设备"),
    field("audience", Kind::Class, false, "audience segment targeting adsetname age 受众 人群"),
    field("spend", Kind::Number, true, "spend cost amountspent adspend costs spending totalspend 花费 消耗 费用"),
    field("impressions", Kind::Number, false, "impressions impr views shown imps 曝光 展示 展现量"),
    field("clicks", Kind::Number, false, "clicks linkclicks click 点击 点击量"),
    field("conversions", Kind::Number, false, "conversions purchases orders conv results sales 转化 转化数"),
    field(
        "revenue",
        Kind::Number,
        false,
        "revenue conversionvalue convvalue purchasevalue attributedrevenue salesvalue 收入 成交额",
    ),
];

const INTERACTIONS: &[Field] = &[
    field("customer_id", Kind::Id, true, CUSTOMER_IDS),
    field("product_id", Kind::Id, true, PRODUCT_IDS),
    field("kind", Kind::Class, true, "kind event eventtype action interaction behavior type 行为 事件"),
    field("at", Kind::Moment, true, "at timestamp eventtime time date datetime createdat 时间 日期"),
];

const CAMPAIGN_SENDS: &[Field] = &[
    field("customer_id", Kind::Id, true, CUSTOMER_IDS),
    field("campaign", Kind::Class, true, "campaign campaignname campaignid mailing newsletter 活动"),
    field("channel", Kind::Class, false, "channel medium platform 渠道"),
    field("sent_at", Kind::Moment, true, "sentat senttime sentdate sent sendtime date deliveredat 发送时间"),
    field("opened_at", Kind::Moment, false, "openedat opentime opened 打开时间"),
    field("clicked_at", Kind::Moment, false, "clickedat clicktime clicked 点击时间"),
    field("converted_at", Kind::Moment, false, "convertedat conversiontime converted purchasedat 转化时间"),
    field("unsubscribed_at", Kind::Moment, false, "unsubscribedat unsubscribetime unsubscribed optoutat 退订时间"),
];
