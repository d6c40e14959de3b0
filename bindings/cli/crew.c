/* A ring of pieces: the caller's thread reads them, workers fill in answers, one thread writes them in order. */
#define _XOPEN_SOURCE 700
#include "crew.h"

#include "rerate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum state { EMPTY, READ, TAKEN, DONE };

struct ring {
	const struct crew *crew;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct piece *pieces;
	enum state *states;
	size_t size;
	size_t taken;   /* the next one for a worker, counted from the beginning */
	size_t read;    /* how many were read */
	size_t written; /* how many were written */
	bool ended;     /* no more will be read */
	bool broken;    /* writing failed */
};

struct hand {
	struct ring *ring;
	void *worker;
	pthread_t thread;
};

static void
piece_free(struct piece *piece)
{
	block_free(&piece->block);
	text_free(&piece->out);
	text_free(&piece->complaints);
	text_free(&piece->earlier_words);
	free(piece->earlier);
}

static void
run_alone(const struct crew *crew, void *worker)
{
	struct piece piece = {0};
	while (crew->read(crew->context, &piece)) {
		crew->work(worker, &piece);
		if (!crew->write(crew->context, &piece))
			break;
	}
	piece_free(&piece);
}

static void *
work(void *context)
{
	struct hand *hand = context;
	struct ring *ring = hand->ring;
	pthread_mutex_lock(&ring->lock);
	for (;;) {
		while (ring->taken == ring->read && !ring->ended)
			pthread_cond_wait(&ring->changed, &ring->lock);
		if (ring->taken == ring->read)
			break;
		size_t at = ring->taken++ % ring->size;
		ring->states[at] = TAKEN;
		pthread_mutex_unlock(&ring->lock);
		ring->crew->work(hand->worker, &ring->pieces[at]);
		pthread_mutex_lock(&ring->lock);
		ring->states[at] = DONE;
		pthread_cond_broadcast(&ring->changed);
	}
	pthread_mutex_unlock(&ring->lock);
	return NULL;
}

static void *
write_in_order(void *context)
{
	struct ring *ring = context;
	pthread_mutex_lock(&ring->lock);
	for (;;) {
		size_t at = ring->written % ring->size;
		while (!(ring->written < ring->read && ring->states[at] == DONE) &&
		       !(ring->ended && ring->written == ring->read))
			pthread_cond_wait(&ring->changed, &ring->lock);
		if (ring->written == ring->read)
			break;
		bool fine = !ring->broken;
		pthread_mutex_unlock(&ring->lock);
		fine = fine && ring->crew->write(ring->crew->context, &ring->pieces[at]);
		pthread_mutex_lock(&ring->lock);
		ring->broken |= !fine;
		ring->states[at] = EMPTY;
		ring->written++;
		pthread_cond_broadcast(&ring->changed);
	}
	pthread_mutex_unlock(&ring->lock);
	return NULL;
}

static void
read_all(struct ring *ring)
{
	for (;;) {
		pthread_mutex_lock(&ring->lock);
		size_t at = ring->read % ring->size;
		while (ring->read - ring->written == ring->size && !ring->broken)
			pthread_cond_wait(&ring->changed, &ring->lock);
		bool more = !ring->broken;
		pthread_mutex_unlock(&ring->lock);
		more = more && ring->crew->read(ring->crew->context, &ring->pieces[at]);
		pthread_mutex_lock(&ring->lock);
		if (more) {
			ring->states[at] = READ;
			ring->read++;
		} else {
			ring->ended = true;
		}
		pthread_cond_broadcast(&ring->changed);
		pthread_mutex_unlock(&ring->lock);
		if (!more)
			return;
	}
}

void
crew_run(const struct crew *crew, void **workers, size_t count)
{
	struct ring ring = {.crew = crew, .size = 2 * count + 1};
	struct hand *hands = cli_grow(NULL, count * sizeof(*hands));
	size_t started = 0;
	pthread_t writer;
	bool writing = false;
	pthread_mutex_init(&ring.lock, NULL);
	pthread_cond_init(&ring.changed, NULL);
	ring.pieces = cli_grow(NULL, ring.size * sizeof(*ring.pieces));
	ring.states = cli_grow(NULL, ring.size * sizeof(*ring.states));
	memset(ring.pieces, 0, ring.size * sizeof(*ring.pieces));
	memset(ring.states, 0, ring.size * sizeof(*ring.states));
	if (count > 1)
		writing = pthread_create(&writer, NULL, write_in_order, &ring) == 0;
	for (size_t i = 0; i < count && writing; i++, started++) {
		hands[i] = (struct hand){.ring = &ring, .worker = workers[i]};
		if (pthread_create(&hands[i].thread, NULL, work, &hands[i]) != 0)
			break; /* fewer will do */
	}
	if (started > 0)
		read_all(&ring);
	pthread_mutex_lock(&ring.lock);
	ring.ended = true;
	pthread_cond_broadcast(&ring.changed);
	pthread_mutex_unlock(&ring.lock);
	for (size_t i = 0; i < started; i++)
		pthread_join(hands[i].thread, NULL);
	if (writing)
		pthread_join(writer, NULL);
	if (started == 0)
		run_alone(crew, workers[0]);
	for (size_t i = 0; i < ring.size; i++)
		piece_free(&ring.pieces[i]);
	free(ring.pieces);
	free(ring.states);
	free(hands);
	pthread_cond_destroy(&ring.changed);
	pthread_mutex_destroy(&ring.lock);
}
