/*
 * Values inline, for what reads one short document after another: no call for a value, and none for a key. The same
 * functions for everyone else are in json.h.
 */
#ifndef JTN_BASE_JSON_NODE_H
#define JTN_BASE_JSON_NODE_H

#include "json.h"

#include <yyjson.h>

static inline bool
jtn__node_is_null(const struct jtn__value *value)
{
	return !value->node || unsafe_yyjson_is_null(value->node);
}

/* The text of a number or a string with its length; NULL for anything else. */
static inline const char *
jtn__node_text(const struct jtn__value *value, uint8_t type, size_t *retlength)
{
	if (!value->node || unsafe_yyjson_get_type(value->node) != type)
		return NULL;
	*retlength = unsafe_yyjson_get_len(value->node);
	return unsafe_yyjson_get_str(value->node);
}

static inline void
jtn__node_walk(const struct jtn__value *container, struct jtn__walk *ret)
{
	yyjson_val *node = container->node;
	size_t left = node && unsafe_yyjson_is_ctn(node) ? unsafe_yyjson_get_len(node) : 0;
	*ret = (struct jtn__walk){container, left ? node + 1 : NULL, left, 0};
}

static inline bool
jtn__node_next(struct jtn__walk *walk, struct jtn__value *ret, size_t *retlength)
{
	if (walk->left == 0)
		return false;
	yyjson_val *node = walk->next;
	*ret = (struct jtn__value){walk->container->document, walk->container, NULL, walk->index++, node};
	*retlength = 0;
	if (unsafe_yyjson_is_obj(walk->container->node)) {
		ret->key = unsafe_yyjson_get_str(node);
		*retlength = unsafe_yyjson_get_len(node);
		ret->node = ++node;
	}
	walk->next = --walk->left ? unsafe_yyjson_get_next(node) : NULL;
	return true;
}

#endif
