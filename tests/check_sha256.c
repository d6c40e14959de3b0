/* SHA-256: the examples of FIPS 180-4 (NIST, "SHA256.pdf") and what `sha256sum` says at each length of padding. */
#include "fixture.h"

#include "base/sha256.h"

static const struct {
	const char *text;
	const char *digest;
} examples[] = {
	{"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
     "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
};

START_TEST(the_examples_of_the_standard_come_out)
{
	char digest[JTN__SHA256_TEXT];

	jtn__sha256(examples[_i].text, strlen(examples[_i].text), digest);
	ck_assert_str_eq(digest, examples[_i].digest);
}
END_TEST

START_TEST(a_million_letters_come_out)
{
	size_t length = 1000000;
	char *text = malloc(length);
	char digest[JTN__SHA256_TEXT];

	ck_assert_ptr_nonnull(text);
	memset(text, 'a', length);
	jtn__sha256(text, length, digest);
	ck_assert_str_eq(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(text);
}
END_TEST

/* The padding takes a block of its own from 56 bytes on; a whole block leaves none. */
START_TEST(each_length_around_the_end_of_a_block_is_padded_right)
{
	static const struct {
		size_t length;
		const char *digest;
	} lengths[] = {
		{1, "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"},
		{54, "a3f01b6939256127582ac8ae9fb47a382a244680806a3f613a118851c1ca1d47"},
		{55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
		{56, "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
		{63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
		{64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
		{65, "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
		{119, "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
	};
	char text[128];
	char digest[JTN__SHA256_TEXT];
	char *own;

	memset(text, 'a', sizeof(text));
	own = malloc(lengths[_i].length); /* of its own size, for a sanitizer to see what is read beyond */
	memcpy(own, text, lengths[_i].length);
	jtn__sha256(own, lengths[_i].length, digest);
	ck_assert_str_eq(digest, lengths[_i].digest);
	free(own);
}
END_TEST

START_TEST(bytes_are_bytes_and_no_text)
{
	static const unsigned char bytes[] = {0x00, 0xff, 0x80, 0x00};
	char digest[JTN__SHA256_TEXT];

	jtn__sha256(bytes, sizeof(bytes), digest);
	ck_assert_str_eq(digest, "f11b18659845b5c27e6040a28586bbe79db7c24d4eda7930381151bd4602490d");
}
END_TEST

START_TEST(instructions_and_plain_code_come_to_the_same)
{
	uint32_t plain[8] = {1, 2, 3, 4, 5, 6, 7, 0xffffffff}, fast[8];
	unsigned char blocks[1 + 64 * 9];
	uint64_t state = 1;

	for (size_t count = 1; count <= 9; count++) {
		for (size_t i = 0; i < sizeof(blocks); i++) {
			state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
			blocks[i] = (unsigned char)(state >> 56);
		}
		memcpy(fast, plain, sizeof(fast));
		if (!jtn__sha256_x86(fast, blocks + 1, count))
			return; /* nothing to compare with here */
		jtn__sha256_plain(plain, blocks + 1, count);
		ck_assert_mem_eq(fast, plain, sizeof(fast));
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("sha256");
	TCase *tests = tcase_create("sha256");

	tcase_add_loop_test(tests, the_examples_of_the_standard_come_out, 0, (int)COUNT(examples));
	tcase_add_test(tests, a_million_letters_come_out);
	tcase_add_loop_test(tests, each_length_around_the_end_of_a_block_is_padded_right, 0, 8);
	tcase_add_test(tests, bytes_are_bytes_and_no_text);
	tcase_add_test(tests, instructions_and_plain_code_come_to_the_same);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}
