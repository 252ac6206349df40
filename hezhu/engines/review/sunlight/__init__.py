"""Sunlight study (日照分析): effective sun hours of windows on 大寒日 and 冬至日 in true solar time, all neighbours shading."""
