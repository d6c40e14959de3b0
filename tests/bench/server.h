/* The server whose estimates the benchmarks time: a catalogue model in FP8. Allocates by `allocator`, NULL for malloc. */
#ifndef JTN_BENCH_SERVER_H
#define JTN_BENCH_SERVER_H

#include "timing.h"

struct subject {
	const char *model, *hardware, *stack;
	int32_t tp, ep;
	int32_t kv_precision; /* 0: the default */
};

static inline struct jtn_server *
make_server(const struct subject *subject, const struct jtn_allocator *allocator)
{
	struct jtn_deployment deployment;
	struct jtn_hardware *hardware;
	struct jtn_server *server;
	struct jtn_model *model;
	struct jtn_stack *stack;
	struct jtn_error error;
	must(jtn_hardware_find(subject->hardware, allocator, &hardware, &error), subject->hardware, &error);
	must(jtn_stack_find(subject->stack, allocator, &stack, &error), subject->stack, &error);
	must(jtn_model_find(subject->model, allocator, &model, &error), subject->model, &error);
	jtn_deployment_init(&deployment);
	deployment.precision = JTN_PRECISION_FP8;
	deployment.kv_precision = subject->kv_precision;
	deployment.tp = subject->tp;
	deployment.ep = subject->ep;
	must(jtn_server_new(hardware, stack, model, &deployment, allocator, &server, &error), "server", &error);
	jtn_model_free(model);
	jtn_stack_free(stack);
	jtn_hardware_free(hardware);
	return server;
}

#endif
