"""The fictional district of Ouning: streets, communities and roads in the Wenzhou style. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CENTRE: Final = (120.6600, 28.0050)
NAME: Final = ("瓯宁区", "Ouning District")
DUTY_PHONE: Final = "0577-5550 1000"


@dataclass(frozen=True)
class Street:
    """A subdistrict with its communities, roads and position (degrees from the district's centre)."""

    zh: str
    en: str
    east: float
    north: float
    communities: tuple[tuple[str, str], ...]
    roads: tuple[tuple[str, str], ...]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """``望海 Wanghai, …`` as pairs of Chinese and English."""
    return tuple((zh, en.strip()) for zh, _, en in (part.strip().partition(" ") for part in text.split(",")))


STREETS: Final = (
    Street("望海街道", "Wanghai Subdistrict", 0.000, 0.006,
           _pairs("百里 Baili, 荷塘 Hetang, 打索巷 Dasuo Lane, 府学 Fuxue, 晏公 Yangong"),
           _pairs("望海路 Wanghai Road, 府学巷 Fuxue Lane, 百里东路 Baili East Road, 荷塘街 Hetang Street")),
    Street("青榕街道", "Qingrong Subdistrict", 0.014, 0.004,
           _pairs("榕荫 Rongyin, 马行 Maxing, 水心里 Shuixinli, 庆年 Qingnian, 花柳塘 Hualiutang"),
           _pairs("青榕路 Qingrong Road, 庆年坊 Qingnian Alley, 榕荫街 Rongyin Street, 水心路 Shuixin Road")),
    Street("双塔街道", "Shuangta Subdistrict", -0.013, 0.003,
           _pairs("塔前 Taqian, 塔后 Tahou, 下横街 Xiaheng Street, 新桥头 Xinqiaotou"),
           _pairs("双塔路 Shuangta Road, 塔前街 Taqian Street, 下横街 Xiaheng Street")),
    Street("锦湖街道", "Jinhu Subdistrict", 0.006, -0.010,
           _pairs("锦绣 Jinxiu, 湖滨 Hubin, 会展 Huizhan, 南浦里 Nanpuli, 桂柑 Guigan"),
           _pairs("锦湖大道 Jinhu Avenue, 湖滨东路 Hubin East Road, 锦绣路 Jinxiu Road, 会展路 Huizhan Road")),
    Street("九松街道", "Jiusong Subdistrict", -0.008, -0.009,
           _pairs("松坡 Songpo, 翠微 Cuiwei, 山河 Shanhe, 雪坑 Xuekeng"),
           _pairs("九松路 Jiusong Road, 翠微大道 Cuiwei Avenue, 松坡街 Songpo Street")),
    Street("南塘里街道", "Nantangli Subdistrict", 0.020, -0.014,
           _pairs("塘河 Tanghe, 驸马桥 Fumaqiao, 吴桥 Wuqiao, 清明 Qingming, 灰桥 Huiqiao"),
           _pairs("南塘街 Nantang Street, 塘河路 Tanghe Road, 吴桥路 Wuqiao Road, 清明路 Qingming Road")),
    Street("飞霞里街道", "Feixiali Subdistrict", -0.022, -0.004,
           _pairs("飞霞 Feixia, 蛟尾 Jiaowei, 西垟 Xiyang, 黎明 Liming"),
           _pairs("飞霞路 Feixia Road, 黎明西路 Liming West Road, 西垟街 Xiyang Street")),
    Street("云门街道", "Yunmen Subdistrict", -0.030, 0.010,
           _pairs("云门 Yunmen, 牛岭 Niuling, 双堡 Shuangbao, 前陈 Qianchen"),
           _pairs("云门路 Yunmen Road, 牛岭路 Niuling Road, 双堡西路 Shuangbao West Road")),
    Street("东屿街道", "Dongyu Subdistrict", 0.034, -0.004,
           _pairs("东屿 Dongyu, 划船浦 Huachuanpu, 杨府山 Yangfushan, 灰炉 Huilu"),
           _pairs("东屿路 Dongyu Road, 学苑东路 Xueyuan East Road, 划船浦街 Huachuanpu Street")),
    Street("江洲街道", "Jiangzhou Subdistrict", 0.046, 0.012,
           _pairs("江洲 Jiangzhou, 板桥 Banqiao, 樟里 Zhangli, 上沙 Shangsha"),
           _pairs("江洲环路 Jiangzhou Ring Road, 樟里路 Zhangli Road, 上沙街 Shangsha Street")),
    Street("藤溪镇", "Tengxi Town", -0.060, 0.002,
           _pairs("藤溪 Tengxi, 石垟 Shiyang, 外垟 Waiyang, 岙底 Aodi"),
           _pairs("藤溪大街 Tengxi Main Street, 石垟路 Shiyang Road, 外垟路 Waiyang Road")),
    Street("山前镇", "Shanqian Town", -0.048, -0.016,
           _pairs("山前 Shanqian, 驿头 Yitou, 周垟 Zhouyang, 屿儿 Yuer"),
           _pairs("山前街 Shanqian Street, 驿头路 Yitou Road, 周垟路 Zhouyang Road")),
)  # fmt: skip

ORGANISATIONS: Final = (
    ("瓯宁区环境卫生管理中心", "Ouning Sanitation Centre", "0577-5550 1001"),
    ("瓯宁区市政设施养护中心", "Ouning Municipal Works Centre", "0577-5550 1002"),
    ("瓯宁区园林绿化管护中心", "Ouning Parks and Trees Centre", "0577-5550 1003"),
    ("瓯宁区总工会服务中心", "Ouning Workers' Service Centre", "0577-5550 1004"),
)

CREWS: Final = (
    ("环卫一班", "Sanitation crew 1", 0),
    ("环卫二班", "Sanitation crew 2", 0),
    ("转运作业班", "Transfer crew", 0),
    ("市政维修一班", "Works crew 1", 1),
    ("桥梁养护班", "Bridge crew", 1),
    ("绿化一班", "Tree crew 1", 2),
    ("绿化二班", "Tree crew 2", 2),
    ("驿站服务班", "Station crew", 3),
)

SPECIES: Final = (
    ("小叶榕", "Ficus microcarpa", 18, False),
    ("香樟", "Cinnamomum camphora", 24, False),
    ("无患子", "Sapindus saponaria", 12, True),
    ("悬铃木", "Platanus × hispanica", 10, True),
    ("银杏", "Ginkgo biloba", 8, True),
    ("广玉兰", "Magnolia grandiflora", 7, False),
    ("黄山栾树", "Koelreuteria bipinnata", 8, True),
    ("桂花", "Osmanthus fragrans", 6, False),
    ("杜英", "Elaeocarpus decipiens", 5, False),
    ("水杉", "Metasequoia glyptostroboides", 2, True),
)
