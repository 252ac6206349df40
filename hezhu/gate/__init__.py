"""门禁接入: site gates and real-name systems that speak the worker platform's protocol upload here (建筑工人实名制管理办法, 建市〔2019〕18号)."""
