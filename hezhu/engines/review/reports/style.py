"""Look of the HTML report: the house identity, small enough to travel inside the file."""

MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-width="3" stroke-linecap="square" '
    'role="img" aria-label="禾筑"><path d="M21 4.2c-3.4 1.6-7 2.6-11 3M5.5 28.5h21" stroke="#517d22"/>'
    '<path d="M4.5 12.5h23M16 8v15.5M14.6 14 6 22.4M17.4 14l8.6 8.4" stroke="#12526d"/></svg>'
)

CSS = """
:root{--ink:#15252b;--ink-2:#43545b;--ink-3:#5f6f75;--paper:#f6f8f3;--wash:#fafbf8;--line:#dfe5e0;--line-2:#bcc8c2;
--lake-600:#1a6585;--lake-50:#f0f6f8;--rice-600:#517d22;--rice-700:#41661a;--ripe-700:#795500;--ripe-500:#b07c00;
--ripe-100:#fbf2d8;--zhu-600:#b93022;--zhu-700:#a3261a}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:1120px;margin:0 auto;padding:24px}
h1{font-size:20px;margin:0}h2{font-size:15px;margin:0}p{margin:0}
header{display:flex;gap:12px;align-items:center;margin-bottom:16px}header svg{width:32px;height:32px;flex:none}
header p{color:var(--ink-3);font-size:12px}
.panel{position:relative;background:#fff;border:1px solid var(--line);margin-bottom:16px}
.panel::before{content:"";position:absolute;left:-1px;top:-1px;width:28px;height:2px;background:var(--rice-600)}
.head{display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline;padding:10px 16px 8px}
.head .more{margin-left:auto;color:var(--ink-3);font-size:12px}
.clause{color:var(--ink-2);font-size:13px;padding:0 16px 8px}.clause q{quotes:none;color:var(--ink-3)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr))}
.figure{padding:8px 16px;border-right:1px solid var(--line)}.figure:last-child{border-right:0}
.figure>span{display:block;font-size:13px;color:var(--ink-2)}.figure b{font-size:28px;line-height:1.2}
.figure b small{font-size:13px;font-weight:400;color:var(--ink-3)}
.figure i{display:block;font-style:normal;font-size:12px;color:var(--ink-3)}
.scroll{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:13px;line-height:1.5}
th{font-weight:400;font-size:12px;color:var(--ink-3);text-align:left;padding:6px 10px;background:var(--wash);
border:1px solid var(--line-2);border-width:1px 0;white-space:nowrap}
td{padding:6px 10px;border-bottom:1px solid var(--line);vertical-align:top}
.rows{table-layout:fixed;min-width:760px}.rows th:nth-child(1){width:104px}.rows th:nth-child(2){width:27%}
.rows th:nth-child(3){width:72px}.rows th:nth-child(4),.rows th:nth-child(5){width:118px}.rows td{overflow-wrap:anywhere}
.rows td.right{white-space:normal}
.objects{table-layout:fixed;min-width:720px}.objects th:nth-child(1){width:36%}.objects th:nth-child(2){width:14%}
.objects th:nth-child(3){width:20%}.objects td{overflow-wrap:anywhere}
tr:last-child td{border-bottom:0}th:first-child,td:first-child{padding-left:16px}
td.right,th.right{text-align:right;white-space:nowrap}td small,.id{color:var(--ink-3);font-size:12px;overflow-wrap:anywhere}
.seal{display:inline-block;min-width:62px;padding:2px 7px;font-size:12px;font-weight:700;line-height:16px;text-align:center;
border:1px solid currentColor;border-radius:2px;white-space:nowrap;background:#fff}
.seal.pass{color:var(--rice-700)}.seal.fail{color:#fff;background:var(--zhu-600);border-color:var(--zhu-600)}
.seal.manual{color:var(--ripe-700);border-style:dashed}.seal.na{color:var(--ink-3);border-color:var(--line-2);font-weight:400}
.unproved{font-size:12px;color:var(--ripe-700);border-bottom:1px dashed var(--ripe-500);white-space:nowrap}
.notice{padding:8px 16px;font-size:13px;border:1px solid #e6d3a0;border-left:3px solid var(--ripe-500);background:var(--ripe-100);
color:#4a3500;margin-bottom:12px}
.rest{padding:8px 16px;font-size:13px;color:var(--ink-2);border-top:1px solid var(--line);background:var(--wash)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0;padding:0 16px 12px;font-size:13px}
dt{color:var(--ink-3)}dd{margin:0;overflow-wrap:anywhere}
summary{cursor:pointer;list-style-position:outside}details>.head{padding-left:16px}
@media (max-width:560px){main{padding:12px}.figure{border-right:0;border-bottom:1px solid var(--line)}}
@media print{body{background:#fff}.panel{break-inside:avoid}.seal.fail{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
"""
