/*
 * version.h - the version of smtplab, said once: the Makefile, the trace's header, `smtplab version`
 * and the man page read it here.
 */
#ifndef SIM_VERSION_H
#define SIM_VERSION_H

#define SMTPLAB_VERSION "0.1.0"

#endif
