/**
 * @file
 * Scenario: one question as text: hardware, stack, model, deployment, workload, hour. Handle.
 * Format: docs/formats.md, "Scenario"; docs/formats/scenario.schema.json.
 */
#ifndef JETON_SCENARIO_H
#define JETON_SCENARIO_H

#include "hour.h"
#include "server.h"
#include "workload.h"

struct jtn_scenario;

/** Options, written by the library: a scenario's parts, all borrowed from the handle and shared-read. */
struct jtn_scenario_parts {
	uint32_t size;                           /**< sizeof(struct jtn_scenario_parts), set by the caller */
	uint32_t reserved;                       /**< zero */
	const char *id;                          /**< one JSON value as written: "\"a\"", "17"; NULL when absent */
	const struct jtn_hardware *hardware;     /**< never NULL */
	const struct jtn_stack *stack;           /**< never NULL; the "generic" one when the scenario names none */
	const struct jtn_model *model;           /**< NULL when the scenario names a file */
	const char *model_path;                  /**< the path in {"model": {"config": "path"}}, else NULL: the library
	                                               opens no file; read it and give jtn_model_parse() its bytes */
	const struct jtn_deployment *deployment; /**< never NULL; defaults where absent */
	const struct jtn_workload *workload;     /**< never NULL */
	const struct jtn_hour *hour;             /**< NULL when absent */
};

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Read a scenario. Catalogue ids are looked up, inline objects read by the readers of their kind.
 *
 * @param text      [length] one JSON object; borrowed
 * @param length    [bytes]
 * @param allocator copied; NULL for malloc and free
 * @param ret       owned, with all its parts; free with jtn_scenario_free()
 * @param reterr    filled on failure only: line, column, field, what would be right; may be NULL
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_MEMORY, JTN_E_NOT_FOUND, or any status of the parts' readers
 * Threads: pure. Allocates: one arena per part. @since 0.1
 */
JTN_API jtn_status
jtn_scenario_parse(const char *text, size_t length, const struct jtn_allocator *allocator, struct jtn_scenario **ret,
                   struct jtn_error *reterr) JTN_CHECK;

/** Free a scenario and its parts; NULL is fine. Threads: exclusive. @since 0.1 */
JTN_API void
jtn_scenario_free(struct jtn_scenario *scenario);

/**
 * Its parts.
 *
 * @param scenario borrowed
 * @param ret      the caller's, with its size set
 * @return JTN_OK, JTN_E_ARGUMENT, JTN_E_ABI
 * Threads: shared-read. Allocates: nothing. @since 0.1
 */
JTN_API jtn_status
jtn_scenario_read(const struct jtn_scenario *scenario, struct jtn_scenario_parts *ret) JTN_CHECK;

#ifdef __cplusplus
}
#endif
#endif
