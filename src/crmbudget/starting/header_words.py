"""What customer lists call their columns, in English and Chinese; of two headers that fit, the upper line is taken."""

import re
import unicodedata
from collections.abc import Sequence

from crmbudget.reading.terms import TERMS, folded

ID = (
    (
        "customer id, customer no, customer number, customer code, customer key, cust id, client id, client no, client number, "
        "client code, member id, member no, member number, account id, account no, account number, user id, uid, "
        "客户编号, 客户编码, 客户代码, 客户号, 客户id, 会员编号, 会员号, 会员卡号, 会员id, 账号, 户号, 用户编号, 用户id"
    ),
    "id, no, number, code, key, 编号, 编码, 代码",
    (
        "customer, client, account, customer name, company, company name, name, "
        "客户, 客户名称, 公司, 公司名称, 企业名称, 名称, 姓名, 会员"
    ),
    "email, e mail, phone, mobile, telephone, wechat, 邮箱, 电话, 手机, 微信",
)
"""Names of a customer. The first line says that it is one; a column of the others must hold no text twice."""
VALUE = (
    "customer value, lifetime value, customer lifetime value, ltv, clv, cltv, 客户价值, 生命周期价值, 终身价值",
    (
        "annual revenue, yearly revenue, annual sales, annual spend, revenue, turnover, sales, arr, mrr, "
        "年收入, 年营收, 年销售额, 年消费, 收入, 营收, 销售额, 营业额, 成交额"
    ),
    "margin, gross margin, profit, contribution, 毛利, 利润, 贡献",
    "value, spend, spending, spent, charges, fees, purchases, 消费, 价值, 缴费, 话费",
    "amount, total, paid, charge, payment, 金额, 总额, 付款",
)
"""What a customer is worth."""
NOT_MONEY = (
    (
        "id, no, number, count, rate, ratio, percent, percentage, pct, share, score, rank, age, date, days, tenure, calls, "
        "minutes, seconds, frequency, quantity, qty, orders, 率, 比例, 占比, 次数, 数量, 笔数, 人数, 编号, 日期, 年龄, 排名, 天数, 月份"
    ),
)
"""What no amount of money is called."""
TIMES = (
    (12, ("monthly, per month, mrr, 每月, 月均, 月消费, 月收入, 月租",)),
    (4, ("quarterly, per quarter, 每季, 季度",)),
)
"""Money of a part of a year, and how many parts a year has."""
SEGMENT = (
    *TERMS["segment"],
    "tier, level, grade, cluster, 会员等级, 等级, 级别, 分群, 分层",
    "contract, plan, package, tariff, membership, subscription, 合同, 套餐",
    "group, class, category, type, industry, sector, region, market, country, 类型, 类别, 行业, 地区, 区域, 大区",
)
"""Kinds of customers."""
CHURN = ("churn, churned, churn rate, attrition, exited, cancelled, 流失, 流失率, 离网",)
LEFT = frozenset({"yes", "y", "true", "1", "churned", "left", "exited", "cancelled", "是", "流失", "已流失"})
"""What a cell says of a customer who left."""
SATISFACTION = ("satisfaction, satisfaction score, csat, nps, 满意度",)
CURRENCY = TERMS["currency"]
CHANNELS = {
    "phone": ("phone, mobile, telephone, tel, 电话, 手机",),
    "email": ("email, e mail, 邮箱, 电子邮件",),
    "wechat": ("wechat, 微信",),
    "mail": ("address, street, postal address, 地址",),
}
"""Ways to a customer for which a list has a column."""


def rank(header: str, ranks: Sequence[str]) -> int | None:
    """The place of the first line with a word that a header says; None where none does.

    >>> rank("MonthlyCharges", VALUE), rank("年销售额（万元）", VALUE), rank("salesperson", VALUE)
    (3, 1, None)
    """
    words, whole = _words(header), folded(header)
    lines = (line.split(", ") for line in ranks)
    return next((place for place, terms in enumerate(lines) if any(_says(words, whole, term) for term in terms)), None)


def says(header: str, ranks: Sequence[str]) -> bool:
    """Whether a header says one of these words."""
    return rank(header, ranks) is not None


def _words(header: str) -> str:
    """The words of a header in lower case, with a blank around each: `` monthly charges ``."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", unicodedata.normalize("NFKC", header))
    return " ".join(["", *re.findall(r"[^\W_]+", parted.casefold()), ""])


def _says(words: str, whole: str, term: str) -> bool:
    if term.isascii():
        return f" {term} " in words or folded(term) == whole
    return folded(term) in whole
