/**
 * @file
 * jeton: exact token-cost accounting. Include this; the nouns are in jeton/<noun>.h, in the order data flows:
 *
 *   hardware, stack, model, deployment → server;  server, workload → estimate;  estimate, hour → cost
 */
#ifndef JETON_H
#define JETON_H

#include "jeton/abi.h"
#include "jeton/arena.h"
#include "jeton/catalog.h"
#include "jeton/cost.h"
#include "jeton/error.h"
#include "jeton/estimate.h"
#include "jeton/hardware.h"
#include "jeton/hour.h"
#include "jeton/model.h"
#include "jeton/money.h"
#include "jeton/precision.h"
#include "jeton/scenario.h"
#include "jeton/server.h"
#include "jeton/stack.h"
#include "jeton/workload.h"

#endif
