"""Words from other people's files made comparable (pure): width, case, spaces, traditional and Japanese characters."""

from __future__ import annotations

import functools
import unicodedata
from typing import Final

# Only characters that occur in headers and values of facility data; this is no converter for prose.
_FROM: Final = (
    "緯經稱編號類區鄉鎮設廁樹種徑幅齡橋長寬積開時間點備註電話層數無狀態際護單位權屬業務場廠當內導級關聯鋼鐵樓"
    "鋪裝欄樁範圍維養築線網溝淨總計損壞滿廢車輛運轉廚餘紙氣燈門窗監視檢測環節標誌識牌園綠葉幹據資產營戶給衛"
    "處項載來遠帶東側邊對動態連結證與獨複雜壓縮廳歲齊廣戲達過鄰閘鎖門見觀規費負責質輕軌軟進適選郵釋針鍵險隊階隨難雲靜頂順預頭題額顏風飲館駐驗騎髮鮮麗黃點"
    "縫傾補滲濾溫濕潔擴幾萬億個棟臺灣墻牆裡佔領辦證蓋繩陽發電歷變廢鑄鋁記縣語別"
    "経図総広辺駅県観権様号営巻売実対応関価単労庁徴恵戦択抜拠発禁穏"
)
_TO: Final = (
    "纬经称编号类区乡镇设厕树种径幅龄桥长宽积开时间点备注电话层数无状态际护单位权属业务场厂当内导级关联钢铁楼"
    "铺装栏桩范围维养筑线网沟净总计损坏满废车辆运转厨余纸气灯门窗监视检测环节标志识牌园绿叶干据资产营户给卫"
    "处项载来远带东侧边对动态连结证与独复杂压缩厅岁齐广戏达过邻闸锁门见观规费负责质轻轨软进适选邮释针键险队阶随难云静顶顺预头题额颜风饮馆驻验骑发鲜丽黄点"
    "缝倾补渗滤温湿洁扩几万亿个栋台湾墙墙里占领办证盖绳阳发电历变废铸铝记县语别"
    "经图总广边站县观权样号营卷卖实对应关价单劳厅征惠战择拔据发禁稳"
)
SIMPLER: Final = {ord(a): b for a, b in zip(_FROM, _TO, strict=True)}


def simplify(text: str) -> str:
    """Full-width forms as ASCII and the commoner traditional characters as simplified ones."""
    return unicodedata.normalize("NFKC", text).translate(SIMPLER)


@functools.lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """A word reduced to what counts when two spellings are compared: letters and digits, in small letters."""
    return "".join(ch for ch in simplify(text).casefold() if ch.isalnum())
