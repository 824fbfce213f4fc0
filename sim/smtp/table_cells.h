/*
 * table_cells.h - the RFC's own cells, shared by table.c and the two files that hold them.
 *
 * Everybody else asks smtp_table_cell(), which knows about overlays.
 *
 * Owner   constant data.  Errors  none.
 */
#ifndef SIM_SMTP_TABLE_CELLS_H
#define SIM_SMTP_TABLE_CELLS_H

#include "sim/smtp/table.h"

extern const struct smtp_cell smtp_server_cells[SMTP_SERVER_STATE_COUNT][SMTP_SERVER_INPUT_COUNT];
extern const struct smtp_cell smtp_client_cells[SMTP_CLIENT_STATE_COUNT][SMTP_CLIENT_INPUT_COUNT];

#endif
