"""What accounting calls its columns, in English and Chinese, and how two spellings are known to be one."""

import re
import unicodedata

TERMS: dict[str, tuple[str, ...]] = {
    "date": (
        "posting date, booking date, accounting date, gl date, 记账日期, 过账日期, 入账日期, 会计日期",
        "date, 日期",
        (
            "transaction date, payment date, spend date, expense date, timestamp, date time, business date, "
            "业务日期, 交易日期, 发生日期, 支出日期, 付款日期, 费用日期, 消费日期, 交易时间, 记账时间, 时间"
        ),
        "voucher date, 凭证日期",
        "document date, doc date, invoice date, bill date, 制单日期, 单据日期, 开票日期, 发票日期, 报销日期",
        "entry date, value date, 录入日期, 起息日",
        "period, posting period, accounting period, fiscal period, month, 会计期间, 期间, 会计月份, 月份, 年月, 所属期间",
    ),
    "amount": (
        "amount in local currency, local currency amount, local amount, base amount, 本币金额, 本位币金额, 本币发生额",
        (
            "amount, amt, net amount, gross amount, total amount, total, sum, value, spend, spending, spent, cost, costs, "
            "actual, actuals, actual amount, actual cost, actual spend, expense, expense amount, expenditure, paid, "
            "payment amount, invoice amount, transaction amount, posted amount, document amount, "
            "金额, 总金额, 合计金额, 发生额, 发生金额, 支出, 支出金额, 支出额, 费用, 费用金额, 花费, 成本, "
            "实际金额, 实际发生额, 实际支出, 实际费用, 实付金额, 付款金额, 支付金额, 报销金额, 交易金额, 原币金额, "
            "含税金额, 不含税金额, 未税金额, 价税合计"
        ),
    ),
    "debit": (
        "debit in local currency, local debit, 借方本币, 借方本币金额, 本币借方",
        "debit, debits, debit amount, dr, dr amount, 借方, 借方金额, 借方发生额, 本期借方, 本期借方发生额",
    ),
    "credit": (
        "credit in local currency, local credit, 贷方本币, 贷方本币金额, 本币贷方",
        "credit, credits, credit amount, cr, cr amount, 贷方, 贷方金额, 贷方发生额, 本期贷方, 本期贷方发生额",
    ),
    "direction": (
        "debit/credit, debit/credit indicator, debit credit indicator, dr/cr, d/c, s/h, 方向, 借贷, 借/贷, 借贷方向, 借贷标志, 借贷标识, 收/支, 收支",
    ),
    "quantity": ("quantity, qty, units, number of units, pieces, pcs, 数量, 件数, 份数",),
    # Not the document's currency: beside an amount in local currency it would be the wrong one.
    "currency": (
        "local currency, company code currency, 本位币, 本币",
        "currency, currency code, ccy, curr, 币种, 币别, 货币, 币种代码, 货币代码",
    ),
    "activity": (
        "activity, 活动",
        "activity id, activity code, 活动编号, 活动编码",
        "activity name, 活动名称",
        (
            "expense item, expense type, expense name, cost element, cost element name, budget item, budget line, "
            "费用项目, 费用类型, 费用名称, 支出项目, 预算项目"
        ),
        (
            "item, project, project name, account, account name, gl account, gl account name, account description, "
            "项目, 项目名称, 科目, 科目名称, 会计科目, 会计科目名称, 费用科目, 预算科目"
        ),
        "account code, account no, account number, project code, cost element code, 科目编码, 科目代码, 科目编号, 项目编码",
    ),
    "category": (
        "category, category name, cost category, expense category, 类别, 分类, 费用类别, 费用分类, 预算类别",
        "type, class, 类型, 大类",
    ),
    "channel": ("channel, channel name, contact channel, 渠道, 渠道名称, 触达渠道, 沟通渠道",),
    "segment": (
        "segment, segment name, customer segment, client segment, 客户群, 客群, 客户分群, 细分, 客户细分",
        "customer group, client group, customer type, customer class, 客户分类, 客户类型, 客户类别, 客户级别, 客户等级, 客户分层",
    ),
    "owner": (
        (
            "owner, budget owner, cost owner, responsible, responsible person, person responsible, "
            "负责人, 责任人, 预算负责人, 费用负责人"
        ),
        "manager, account manager, handled by, 经办人, 承办人, 客户经理",
    ),
    "reference": (
        "reference, reference no, reference number, ref, ref no, 参考号",
        (
            "voucher, voucher no, voucher number, document, document no, document number, doc, doc no, doc number, "
            "凭证号, 凭证字号, 凭证编号, 凭证号码, 单据号, 单据编号, 单号"
        ),
        "invoice, invoice no, invoice number, bill no, 发票号, 发票号码, 发票编号",
        "transaction id, entry no, journal no, order no, 流水号, 交易号, 交易流水号, 订单号",
    ),
    "memo": (
        "memo, 摘要",
        "description, narration, narrative, 说明, 描述, 用途",
        "text, item text, line text, posting text, details",
        "note, notes, remark, remarks, comment, comments, 备注, 附注",
    ),
}
"""The headers that are known for each role, one string per rank: of two columns that fit, the first rank is taken."""

_DROPPED = re.compile("[\\s_.:*#'\"\u200b\ufeff\u2010-\u2015-]+")
# Taiwan and Hong Kong write the same terms in other characters, and many a ledger writes 帐 for 账.
ALIKE = (
    "帐账 帳账 賬账 記记 過过 額额 貸贷 憑凭 證证 號号 幣币 種种 別别 貨货 項项 類类 負负 責责 備备 註注 數数 碼码 "
    "戶户 會会 計计 費费 發发 業业 務务 單单 據据 編编 動动 細细 參参 總总 實实 際际 開开 錄录 時时 間间 訂订 屬属 稅税 "
    "價价 結结 轉转 餘余 報报 銷销 預预 經经 辦办 說说 級级 層层 觸触 達达 溝沟 稱称 製制 頁页"
)
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in ALIKE.split()})


def folded(text: str) -> str:
    """A text for comparing: without blanks, dots and dashes, in lower case and in simplified characters."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text).casefold()).translate(_SIMPLIFIED)
