/*
 * html_style.h - the page's style sheet, its only decoration.
 *
 * Owner   constant text.  Errors  none.
 */
#ifndef SIM_EXPORT_HTML_STYLE_H
#define SIM_EXPORT_HTML_STYLE_H

#include "sim/kernel/text.h"

void html_put_style(struct buffer *b);

#endif
