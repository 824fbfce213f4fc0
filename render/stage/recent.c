#include "render/stage/recent.h"

double recent_age(const struct ui *ui, uint32_t record)
{
    const struct moment *m = &ui->moment;

    if (record == RECORDING_NONE || m->place.index == RECORDING_NONE || record > m->place.index ||
        ui_veiled(ui, record))
        return -1;
    double age = m->ms - pace_when(m->pace, record);
    return age > 0 ? age : 0; /* the last record happens now, whatever rounding says */
}

static double fading(const struct ui *ui, uint32_t record, double stands)
{
    double age = recent_age(ui, record), over = age - stands;

    if (age < 0)
        return 0;
    if (over <= 0)
        return 1;
    return over >= RECENT_FADES_MS || ui->wish.still ? 0 : 1 - over / RECENT_FADES_MS;
}

double recent_alpha(const struct ui *ui, uint32_t record)
{
    return fading(ui, record, RECENT_STANDS_MS);
}

double recent_landed_alpha(const struct ui *ui, uint32_t record)
{
    return fading(ui, record, RECENT_LANDED_MS);
}

uint32_t recent_first(const struct ui *ui)
{
    uint32_t last = ui->moment.place.index;

    return last != RECORDING_NONE && recent_alpha(ui, last) > 0 ? last : RECORDING_NONE;
}

uint32_t recent_before(const struct ui *ui, uint32_t record)
{
    if (record == 0 || ui->moment.place.index - record + 1 >= RECENT_MANY)
        return RECORDING_NONE;
    return recent_alpha(ui, record - 1) > 0 ? record - 1 : RECORDING_NONE;
}
