/* Arena: aligned, zeroed, checked, failing cleanly at every allocation, and releasing all it took. */
#include "fixture.h"

#include "base/arena.h"

static struct jtn__arena *
new_arena(const struct jtn_allocator *allocator)
{
	struct jtn__arena *arena = NULL;
	struct jtn_error err;

	assert_ok(jtn__arena_new(allocator, &arena, &err), err);
	return arena;
}

START_TEST(what_is_taken_is_aligned_zeroed_and_apart)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn__arena *arena = new_arena(&allocator);

	for (size_t i = 0; i < 5000; i++) {
		size_t size = i * 7 % 300;
		unsigned char *taken = jtn__arena_take(arena, size, 1);

		ck_assert_ptr_nonnull(taken);
		ck_assert_uint_eq((uintptr_t)taken % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < size; j++)
			ck_assert_uint_eq(taken[j], 0);
		memset(taken, 0xff, size); /* over a neighbour's zeros, were they shared */
	}
	ck_assert_msg(counter.made < 40, "%zu blocks for 750 kB", counter.made);
	jtn__arena_free(arena);
	ck_assert_uint_eq(counter.live, 0);
}
END_TEST

START_TEST(large_requests_leave_the_current_block_in_use)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn__arena *arena = new_arena(&allocator);
	char *before = jtn__arena_take(arena, 1, 1), *after;

	ck_assert_ptr_nonnull(before);
	ck_assert_ptr_nonnull(jtn__arena_take(arena, 1000000, 1));
	after = jtn__arena_take(arena, 1, 1);
	ck_assert_ptr_nonnull(after);
	ck_assert_int_eq(after - before, _Alignof(max_align_t));
	ck_assert_uint_eq(counter.made, 2);
	jtn__arena_free(arena);
	ck_assert_uint_eq(counter.live, 0);
}
END_TEST

START_TEST(sizes_that_overflow_are_out_of_memory)
{
	struct jtn__arena *arena = new_arena(NULL);

	ck_assert_ptr_null(jtn__arena_take(arena, SIZE_MAX, 2));
	ck_assert_ptr_null(jtn__arena_take(arena, SIZE_MAX / 2 + 1, 2));
	ck_assert_ptr_null(jtn__arena_take(arena, SIZE_MAX, 1));
	ck_assert_ptr_null(jtn__arena_take(arena, SIZE_MAX - 15, 1));
	ck_assert_ptr_null(jtn__arena_copy(arena, "", SIZE_MAX));
	ck_assert_ptr_nonnull(jtn__arena_take(arena, SIZE_MAX, 0));
	ck_assert_ptr_nonnull(jtn__arena_take(arena, 0, 8));
	jtn__arena_free(arena);
	jtn__arena_free(NULL);
}
END_TEST

START_TEST(a_copy_ends_with_a_nul)
{
	struct jtn__arena *arena = new_arena(NULL);

	ck_assert_str_eq(jtn__arena_copy(arena, "jeton", 3), "jet");
	ck_assert_str_eq(jtn__arena_copy(arena, NULL, 0), "");
	jtn__arena_free(arena);
}
END_TEST

START_TEST(every_allocation_may_fail_and_nothing_leaks)
{
	for (size_t fail = 1; fail < 8; fail++) {
		struct counter counter = {.fail = fail};
		struct jtn_allocator allocator = counting_allocator(&counter);
		struct jtn__arena *arena = NULL;
		struct jtn_error err;

		if (jtn__arena_new(&allocator, &arena, &err) == JTN_OK) {
			while (jtn__arena_take(arena, 1, 700))
				;
			ck_assert_ptr_nonnull(jtn__arena_take(arena, 1, 700)); /* the next one is there again */
			jtn__arena_free(arena);
		} else {
			ck_assert_int_eq(err.status, JTN_E_MEMORY);
			ck_assert_ptr_null(arena);
		}
		ck_assert_uint_eq(counter.live, 0);
	}
}
END_TEST

START_TEST(a_broken_allocator_is_refused)
{
	struct counter counter = {0};
	struct jtn_allocator allocator = counting_allocator(&counter);
	struct jtn__arena *arena = NULL;
	struct jtn_error err;

	allocator.size = 0;
	assert_fails(jtn__arena_new(&allocator, &arena, &err), JTN_E_ABI, err, "allocator");
	allocator.size = sizeof(allocator);
	allocator.reserved = 1;
	assert_fails(jtn__arena_new(&allocator, &arena, &err), JTN_E_ABI, err, "allocator.reserved");
	allocator.reserved = 0;
	allocator.allocate = NULL;
	assert_fails(jtn__arena_new(&allocator, &arena, &err), JTN_E_ARGUMENT, err, "allocator.allocate");
	allocator = counting_allocator(&counter);
	allocator.release = NULL;
	assert_fails(jtn__arena_new(&allocator, &arena, &err), JTN_E_ARGUMENT, err, "allocator.release");
	ck_assert_ptr_null(arena);
	ck_assert_uint_eq(counter.made, 0);
}
END_TEST

START_TEST(an_array_grows_with_what_is_in_it)
{
	struct jtn__arena *arena;
	struct jtn_error err;
	uint32_t *numbers = NULL, room = 0, most = UINT32_MAX - 1;

	assert_ok(jtn__arena_new(NULL, &arena, &err), err);
	for (uint32_t i = 0; i < 5000; i++) {
		numbers = jtn__arena_more(arena, numbers, i, &room, sizeof(*numbers));
		ck_assert_ptr_nonnull(numbers);
		ck_assert_uint_gt(room, i);
		numbers[i] = i;
	}
	for (uint32_t i = 0; i < 5000; i++)
		ck_assert_uint_eq(numbers[i], i);
	ck_assert_ptr_null(jtn__arena_more(arena, numbers, most, &most, sizeof(*numbers)));
	jtn__arena_free(arena);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("arena");
	TCase *tests = tcase_create("arena");

	tcase_add_test(tests, what_is_taken_is_aligned_zeroed_and_apart);
	tcase_add_test(tests, large_requests_leave_the_current_block_in_use);
	tcase_add_test(tests, sizes_that_overflow_are_out_of_memory);
	tcase_add_test(tests, a_copy_ends_with_a_nul);
	tcase_add_test(tests, every_allocation_may_fail_and_nothing_leaks);
	tcase_add_test(tests, a_broken_allocator_is_refused);
	tcase_add_test(tests, an_array_grows_with_what_is_in_it);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
