/*
 * What the suites of the cost wing share: servers and workloads in one line, text with one thing changed,
 * an allocator that counts and fails on request, and the runner.
 */
#ifndef JTN_TESTS_FIXTURE_H
#define JTN_TESTS_FIXTURE_H

#include "jeton/catalog.h"
#include "jeton/cost.h"
#include "jeton/scenario.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define assert_ok(call, err)                                                                               \
	do {                                                                                                   \
		jtn_status fixture_status = (call);                                                                \
		ck_assert_msg(fixture_status == JTN_OK, "%s: %s: [%s] %s", #call, jtn_status_name(fixture_status), \
		              (err).field, (err).message);                                                         \
	} while (0)

#define assert_status(call, expected)                                                                              \
	do {                                                                                                           \
		jtn_status fixture_status = (call);                                                                        \
		ck_assert_msg(fixture_status == (expected), "%s: %s, expected %s", #call, jtn_status_name(fixture_status), \
		              jtn_status_name(expected));                                                                  \
	} while (0)

#define assert_fails(call, expected, err, expected_field)                                                             \
	do {                                                                                                              \
		jtn_status fixture_status = (call);                                                                           \
		ck_assert_msg(fixture_status == (expected) && (err).status == (expected), "%s: %s [%s] %s; expected %s",      \
		              #call, jtn_status_name(fixture_status), (err).field, (err).message, jtn_status_name(expected)); \
		ck_assert_msg(strcmp((err).field, expected_field) == 0, "%s: field \"%s\" (%s), expected \"%s\"", #call,      \
		              (err).field, (err).message, expected_field);                                                    \
		ck_assert_msg((err).message[0] != '\0', "%s: no message", #call);                                             \
	} while (0)

/* |a - b| within `tolerance` of the larger. */
static inline int
close_to(double a, double b, double tolerance)
{
	return fabs(a - b) <= tolerance * fmax(fabs(a), fabs(b));
}

#define assert_close(a, b, tolerance)                                                                         \
	do {                                                                                                      \
		double fixture_a = (a);                                                                               \
		double fixture_b = (b);                                                                               \
		ck_assert_msg(close_to(fixture_a, fixture_b, tolerance), "%s = %.17g, %s = %.17g", #a, fixture_a, #b, \
		              fixture_b);                                                                             \
	} while (0)

static inline struct jtn_workload
closed_loop(double input, double output, double concurrency)
{
	struct jtn_workload workload = {.input_tokens = input, .output_tokens = output, .concurrency = concurrency};

	return workload;
}

static inline struct jtn_workload
open_loop(double input, double output, double rate)
{
	struct jtn_workload workload = {.input_tokens = input, .output_tokens = output, .request_rate = rate};

	return workload;
}

static inline struct jtn_workload
offline_queue(double input, double output)
{
	struct jtn_workload workload = {.input_tokens = input, .output_tokens = output, .flags = JTN_WORKLOAD_OFFLINE};

	return workload;
}

/* Hardware, stack and model by catalogue id. */
struct parts {
	struct jtn_hardware *hardware;
	struct jtn_stack *stack;
	struct jtn_model *model;
};

static inline struct parts
find_parts(const char *hardware, const char *stack, const char *model)
{
	struct parts parts;
	struct jtn_error err;

	assert_ok(jtn_hardware_find(hardware, NULL, &parts.hardware, &err), err);
	assert_ok(jtn_stack_find(stack, NULL, &parts.stack, &err), err);
	assert_ok(jtn_model_find(model, NULL, &parts.model, &err), err);
	return parts;
}

static inline void
free_parts(struct parts parts)
{
	jtn_hardware_free(parts.hardware);
	jtn_stack_free(parts.stack);
	jtn_model_free(parts.model);
}

#define H100 "nvidia-h100-sxm"
#define STACK "vllm"

static inline struct jtn_server *
new_server(const char *hardware, const char *stack, const char *model, const struct jtn_deployment *deployment)
{
	struct parts parts = find_parts(hardware, stack, model);
	struct jtn_server *server = NULL;
	struct jtn_error err;

	assert_ok(jtn_server_new(parts.hardware, parts.stack, parts.model, deployment, NULL, &server, &err), err);
	free_parts(parts);
	return server;
}

static inline struct jtn_estimate
estimate_one(const struct jtn_server *server, struct jtn_workload workload)
{
	struct jtn_estimate estimate;
	struct jtn_error err;

	assert_ok(jtn_estimate_batch(server, &workload, sizeof(workload), &estimate, sizeof(estimate), 1, &err), err);
	ck_assert_int_eq(estimate.status, JTN_OK);
	return estimate;
}

/* A deployment of its defaults but for tp; 0 is the default too. */
static inline struct jtn_deployment
tensor_parallel(int32_t tp)
{
	struct jtn_deployment deployment;

	jtn_deployment_init(&deployment);
	deployment.tp = tp;
	return deployment;
}

/* Make a server only to see whether it can be made. */
static inline jtn_status
try_server(const char *hardware, const char *model, const struct jtn_deployment *deployment, struct jtn_error *err)
{
	struct parts parts = find_parts(hardware, STACK, model);
	struct jtn_server *server = NULL;
	jtn_status status;

	memset(err, 0, sizeof(*err));
	status = jtn_server_new(parts.hardware, parts.stack, parts.model, deployment, NULL, &server, err);
	ck_assert_msg((status == JTN_OK) == (server != NULL), "outputs are untouched on failure");
	jtn_server_free(server);
	free_parts(parts);
	return status;
}

static inline struct jtn_server_facts
facts_of(const char *hardware, const char *model, const struct jtn_deployment *deployment)
{
	struct jtn_server *server = new_server(hardware, STACK, model, deployment);
	struct jtn_server_facts facts;

	assert_status(jtn_server_read_facts(server, &facts, sizeof(facts)), JTN_OK);
	jtn_server_free(server);
	return facts;
}

/* The doubles of an estimate, in a row: ttft_ms to idle_share. */
static inline void
assert_estimate_is_finite(const struct jtn_estimate *estimate, const char *about)
{
	const double *value = &estimate->ttft_ms;

	for (; value <= &estimate->idle_share; value++)
		ck_assert_msg(isfinite(*value) && *value >= 0, "%s: double number %d of the estimate is %g", about,
		              (int)(value - &estimate->ttft_ms), *value);
}

/* `text` with the first `from` in it replaced; free it. */
static inline char *
with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	size_t before;
	char *ret;

	ck_assert_msg(at != NULL, "\"%s\" is not in the text", from);
	before = (size_t)(at - text);
	ret = malloc(strlen(text) + strlen(to) + 1);
	ck_assert_ptr_nonnull(ret);
	memcpy(ret, text, before);
	strcpy(ret + before, to);
	strcat(ret, at + strlen(from));
	return ret;
}

/* Counts what is live and fails the allocation of that number, from 1; 0 fails none. */
struct counter {
	size_t made;
	size_t live;
	size_t fail;
};

static inline void *
counting_allocate(void *user, size_t bytes)
{
	struct counter *counter = user;

	if (++counter->made == counter->fail)
		return NULL;
	counter->live++;
	return malloc(bytes);
}

static inline void
counting_release(void *user, void *block)
{
	((struct counter *)user)->live--;
	free(block);
}

static inline struct jtn_allocator
counting_allocator(struct counter *counter)
{
	struct jtn_allocator allocator = {sizeof(allocator), 0, counter, counting_allocate, counting_release};

	return allocator;
}

static inline int
run_suite(Suite *suite)
{
	SRunner *runner = srunner_create(suite);
	int failed;

	srunner_set_tap(runner, "-");
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed > 0;
}

#endif
