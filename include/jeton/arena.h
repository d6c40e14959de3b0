/**
 * @file
 * Where a handle's memory comes from. Every handle is one arena; one release frees it whole.
 */
#ifndef JETON_ARENA_H
#define JETON_ARENA_H

#include "abi.h"

/**
 * Options: a caller's allocator. NULL wherever one is asked for means malloc and free.
 * Both functions must be safe to call from every thread that makes or frees handles with this allocator.
 * The struct is copied; what @c user points to must outlive the handles made with it.
 */
struct jtn_allocator {
	uint32_t size;                               /**< sizeof(struct jtn_allocator) */
	uint32_t reserved;                           /**< zero */
	void *user;                                  /**< passed back; borrowed for the life of the handles */
	void *(*allocate)(void *user, size_t bytes); /**< aligned for any type, or NULL; bytes > 0 */
	void (*release)(void *user, void *block);    /**< block came from allocate, never NULL */
};

#endif
