/*
 * Colours are named once, for light and for dark; print takes the light ones.  Outcomes are told
 * apart by word and shape too, never by colour alone.
 */
#include "sim/export/html_style.h"

static const char colours[] =
    ":root{color-scheme:light dark;--page:#f6f5f1;--card:#fff;--ink:#1d2327;--soft:#5d6a72;"
    "--line:#d9d8d2;--accent:#0b5c8a;--duty:#0b6e75;--good:#1b6e3a;--wait:#8a5a00;--bad:#a3262a;"
    "--good-wash:#e4f2e8;--wait-wash:#fbefd5;--bad-wash:#fae5e4;--duty-wash:#dff1f2}\n"
    "@media (prefers-color-scheme:dark){:root{--page:#14181b;--card:#1d2327;--ink:#e8e6e1;"
    "--soft:#9fabb3;--line:#37424a;--accent:#7cc0ea;--duty:#6fd0d8;--good:#7fd39a;--wait:#ecbb62;"
    "--bad:#f1928f;--good-wash:#1d3526;--wait-wash:#3a2f17;--bad-wash:#3d2223;"
    "--duty-wash:#17363a}}\n"
    "@media print{:root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--soft:#444;"
    "--line:#bbb;--accent:#0b5c8a;--duty:#0b6e75;--good:#1b6e3a;--wait:#8a5a00;--bad:#a3262a;"
    "--good-wash:#fff;--wait-wash:#fff;--bad-wash:#fff;--duty-wash:#fff}"
    "*{-webkit-print-color-adjust:exact;print-color-adjust:exact}"
    "article{box-shadow:none!important}h2,h3,h4{break-after:avoid}"
    "li,tr,.end,.row>*{break-inside:avoid}}\n";

static const char page[] =
    "*{box-sizing:border-box}\n"
    "body{margin:0;background:var(--page);color:var(--ink);"
    "font:17px/1.5 system-ui,\"Segoe UI\",Roboto,\"Helvetica Neue\",Arial,sans-serif}\n"
    "main{max-width:60rem;margin:0 auto;padding:2rem 1.25rem 4rem}\n"
    "h1{font-size:2rem;line-height:1.2;margin:0 0 .25rem;letter-spacing:-.01em}\n"
    "h2{font-size:1.35rem;margin:2.5rem 0 .75rem}\n"
    "h3{font-size:1.1rem;margin:0 0 .25rem}\n"
    "h4{font-size:.95em;margin:1.25rem 0 .4rem;color:var(--soft)}\n"
    "p{margin:.25rem 0}.soft,time,.about{color:var(--soft)}time{white-space:nowrap}\n"
    "h2+.soft{margin-bottom:.75rem}\n"
    "code,.row b,.row q{font-family:ui-monospace,\"SF Mono\",Menlo,Consolas,\"DejaVu Sans Mono\","
    "monospace;font-size:.88em;overflow-wrap:anywhere}\n"
    "article,.hosts{background:var(--card);border:1px solid var(--line);border-radius:10px;"
    "padding:1.1rem 1.25rem;margin:0 0 1.25rem;box-shadow:0 1px 2px rgb(0 0 0/.05)}\n"
    "table{border-collapse:collapse;width:100%;font-size:.93em}\n"
    "th{text-align:left;font-weight:600;color:var(--soft);border-bottom:1px solid var(--line);"
    "padding:.3rem .75rem .3rem 0}\n"
    "td{vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line);"
    "overflow-wrap:break-word}tr:last-child td{border-bottom:0}\n"
    ".end{margin:.6rem 0;padding:.5rem .75rem;border-left:5px solid;border-radius:6px;"
    "overflow-wrap:anywhere}\n"
    ".good{border-color:var(--good);background:var(--good-wash)}"
    ".wait{border-color:var(--wait);background:var(--wait-wash)}"
    ".bad{border-color:var(--bad);background:var(--bad-wash)}\n";

static const char parts[] =
    "ol.steps{list-style:none;margin:.75rem 0 0;padding:0}\n"
    "ol.steps li{display:grid;grid-template-columns:6.5rem 1fr;gap:0 2.2rem;position:relative;"
    "padding:.3rem 0;overflow-wrap:anywhere}\n"
    "ol.steps time{text-align:right;font-variant-numeric:tabular-nums}\n"
    "ol.steps li::before{content:\"\";position:absolute;left:7.5rem;top:0;bottom:0;"
    "border-left:2px solid var(--line)}\n"
    "ol.steps li:first-child::before{top:.9rem}ol.steps li:last-child::before{bottom:calc(100% - "
    ".9rem)}\n"
    "ol.steps li::after{content:\"\";position:absolute;left:calc(7.2rem - "
    "5px);top:.75rem;width:12px;"
    "height:12px;border-radius:50%;background:var(--card);border:3px solid var(--soft)}\n"
    "ol.steps li.duty::after{border-color:var(--duty);background:var(--duty)}"
    "ol.steps li.good::after{border-color:var(--good);background:var(--good)}"
    "ol.steps li.wait::after{border-color:var(--wait);border-radius:2px}"
    "ol.steps li.bad::after{border-color:var(--bad);border-radius:0;transform:rotate(45deg)}"
    "ol.steps li.good,ol.steps li.bad,ol.steps li.wait{background:none}\n"
    ".ladder{display:grid;grid-template-columns:6.5rem 1fr;font-size:.95em;margin-top:.5rem}\n"
    ".ladder .ends{grid-column:2;display:flex;justify-content:space-between;gap:1rem;"
    "font-weight:600;padding:0 0 .35rem}.ladder .ends span{max-width:48%;overflow-wrap:anywhere}"
    ".ladder .ends span:last-child{text-align:right}\n"
    ".row{display:contents}\n"
    ".row time{text-align:right;padding:.42rem 1.2rem 0 0;font-size:.85em;"
    "font-variant-numeric:tabular-nums}\n"
    ".row p{margin:0;padding:.35rem .9rem .5rem;position:relative;"
    "border:solid var(--soft);border-width:0 2px;overflow-wrap:anywhere}\n"
    ".row.reply p{text-align:right}\n"
    ".row p::before{content:\"\";position:absolute;left:0;right:0;bottom:.1rem;"
    "border-bottom:2px solid var(--accent)}\n"
    ".row.reply p::before{border-bottom-style:dashed}\n"
    ".row p::after{content:\"\";position:absolute;bottom:-.2rem;right:0;border:solid transparent;"
    "border-width:6px 0 6px 10px;border-left-color:var(--accent)}\n"
    ".row.reply p::after{right:auto;left:0;border-width:6px 10px 6px 0;"
    "border-color:transparent;border-right-color:var(--accent)}\n"
    ".row.no p::before{border-color:var(--bad)}.row.no p::after{border-right-color:var(--bad)}"
    ".row.no b{color:var(--bad)}"
    ".row.later p::before{border-color:var(--wait)}.row.later "
    "p::after{border-right-color:var(--wait)}.row.later b{color:var(--wait)}\n"
    ".row.note p{text-align:center;color:var(--soft)}.row.note p::before,.row.note "
    "p::after{display:none}\n"
    "footer{color:var(--soft);font-size:.9em;margin-top:2.5rem;border-top:1px solid var(--line);"
    "padding-top:1rem}\n"
    "@media (max-width:40rem){body{font-size:16px}ol.steps li{grid-template-columns:4.6rem 1fr;"
    "gap:0 1.9rem}ol.steps li::before{left:5.5rem}ol.steps li::after{left:calc(5.5rem - 5px)}"
    ".ladder{grid-template-columns:4.6rem 1fr}.row time{padding-right:.6rem}"
    "td{overflow-wrap:anywhere}}\n"
    "@media print{body{font-size:10pt;line-height:1.4}main{max-width:none;padding:0}"
    "h1{font-size:18pt}h2{font-size:13pt;margin:1.2rem 0 .4rem}"
    "article,.hosts{padding:.6rem .8rem;margin-bottom:.8rem}.end{padding:.2rem .6rem}}\n";

void html_put_style(struct buffer *b)
{
    buffer_put_string(b, colours);
    buffer_put_string(b, page);
    buffer_put_string(b, parts);
}
