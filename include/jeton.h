/**
 * @file
 * jeton: exact token-cost accounting. Include this; the nouns are in jeton/<noun>.h, in the order data flows:
 *
 *   hardware, stack, model, deployment → server;  server, workload → estimate;  estimate, hour → cost → tariff
 *   book → tariff;  provider's usage → reader → usage;  tariff, usage → rate → charge → statement, allocate, focus
 */
#ifndef JETON_H
#define JETON_H

#include "jeton/abi.h"
#include "jeton/allocate.h"
#include "jeton/arena.h"
#include "jeton/arrow.h"
#include "jeton/book.h"
#include "jeton/catalog.h"
#include "jeton/charge.h"
#include "jeton/cost.h"
#include "jeton/error.h"
#include "jeton/estimate.h"
#include "jeton/focus.h"
#include "jeton/hardware.h"
#include "jeton/hour.h"
#include "jeton/meter.h"
#include "jeton/model.h"
#include "jeton/money.h"
#include "jeton/precision.h"
#include "jeton/rate.h"
#include "jeton/reader.h"
#include "jeton/scenario.h"
#include "jeton/server.h"
#include "jeton/stack.h"
#include "jeton/statement.h"
#include "jeton/tariff.h"
#include "jeton/time.h"
#include "jeton/usage.h"
#include "jeton/workload.h"

#endif
