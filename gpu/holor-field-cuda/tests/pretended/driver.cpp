// A driver that has the processor for a card: the functions that holor calls, as their documentation says. Work waits until it is waited for.

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

enum { SUCCESS = 0, INVALID = 1, MEMORY = 2, IMAGE = 200, CONTEXT = 201, NOT_FOUND = 500, LAUNCH = 719, CAPTURE = 900, INVALIDATED = 901 };
typedef std::vector<std::function<int()>> Work;
typedef unsigned long long Address;

// Each card has a context, and its own memory.
enum { MOST = 2 };
struct Piece { size_t bytes; int card; };
struct Stream { int card; Work queue; size_t done; Work recorded; bool capturing, invalidated; };
struct Event { int card; Stream *stream; size_t place; };

static std::map<Address, Piece> memory;
static std::map<void *, size_t> pinned;
static std::set<Stream *> streams;
static int cards = 1, modules, graphs, events, retained[MOST];
static bool reached[MOST][MOST];
static size_t total = (size_t)1 << 30, used[MOST];
static long long launches_left = -1, fetched;
static int broken;
static int (*compiler)(const char *text, char *path, int length);
static int contexts[MOST];
static thread_local void *current;

struct Module { void *library; int card; };
struct Function { void (*enter)(const unsigned *, const unsigned *, unsigned, void *const *); const unsigned *sizes, *threads; int card; unsigned shared; };
// Bytes that threads of a block may share: as a rule, and where that was asked for.
enum { SHARED = 48 << 10, MOST_SHARED = 96 << 10 };

// The card whose context is current.
static int card() { return (int)((int *)current - contexts); }

// Whether so many bytes lie in one piece of a card's memory.
static bool within(Address at, size_t bytes, int own)
{
    auto next = memory.upper_bound(at);
    if (next == memory.begin()) return false;
    auto piece = std::prev(next);
    return piece->second.card == own && at + bytes <= piece->first + piece->second.bytes;
}

// Kernels that were launched once: the first launch loads them, which a recording may not do.
static std::set<const void *> loaded;

// A stream works only as far as somebody waits for it: nothing is done in time by chance.
static int finish(Stream &stream, size_t end)
{
    while (!broken && stream.done < end) {
        const auto work = stream.queue[stream.done++];
        const int error = work();
        if (error) broken = error;
    }
    return broken;
}
static int finish(int own)
{
    for (auto stream : streams)
        if (stream->card == own) finish(*stream, stream->queue.size());
    return broken;
}
// The stream of a handle, if it is one of the current context.
static Stream *known(void *handle)
{
    Stream *stream = (Stream *)handle;
    return streams.count(stream) && stream->card == card() ? stream : nullptr;
}
static bool recording()
{
    for (auto stream : streams)
        if (stream->capturing && stream->card == card()) return true;
    return false;
}

#define NEEDS_CONTEXT if (!current) return CONTEXT; if (broken) return broken
#define NEEDS_STREAM Stream *own = known(stream); if (!own) return INVALID

extern "C" {

// For tests.
void pretend_compiler(int (*function)(const char *, char *, int)) { compiler = function; }
void pretend_limits(size_t bytes, long long launches) { total = bytes; launches_left = launches; }
void pretend_cards(int count) { cards = count; }
// Bytes that cards fetched from one another.
long long pretend_fetched() { return fetched; }
// What was taken and not given back: memory, pinned memory, modules, streams with events, graphs, contexts.
void pretend_taken(long long *counts)
{
    counts[0] = memory.size(); counts[1] = pinned.size(); counts[2] = modules;
    counts[3] = streams.size() + events; counts[4] = graphs; counts[5] = retained[0] + retained[1];
}
// For the library of transforms.
int pretend_enqueue(void (*function)(void *), const void *data, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    std::string copy((const char *)data, bytes);
    (own->capturing ? own->recorded : own->queue).push_back([=]() mutable { function(copy.data()); return SUCCESS; });
    return SUCCESS;
}
int pretend_within(Address at, size_t bytes) { return current && within(at, bytes, card()); }
int pretend_stream(void *stream) { return current && known(stream); }

int cuInit(unsigned) { return SUCCESS; }
int cuDriverGetVersion(int *version) { *version = 13000; return SUCCESS; }
int cuDeviceGetCount(int *count) { *count = cards; return SUCCESS; }
int cuDeviceGet(int *device, int number) { *device = number; return number < cards ? SUCCESS : 101; }
int cuDeviceTotalMem_v2(size_t *bytes, int) { *bytes = total; return SUCCESS; }
int cuDeviceGetAttribute(int *value, int attribute, int)
{
    if (attribute != 75 && attribute != 76 && attribute != 97) return INVALID;
    *value = attribute == 75 ? 9 : attribute == 97 ? MOST_SHARED : 0;
    return SUCCESS;
}
int cuDeviceGetName(char *name, int length, int) { strncpy(name, "Pretended card", length); return SUCCESS; }
int cuGetErrorName(int error, const char **name)
{
    *name = error == MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : error == LAUNCH ? "CUDA_ERROR_LAUNCH_FAILED" : "CUDA_ERROR_PRETENDED";
    return SUCCESS;
}
int cuGetErrorString(int error, const char **text) { return cuGetErrorName(error, text); }

int cuDevicePrimaryCtxRetain(void **context, int device) { retained[device]++; *context = &contexts[device]; return SUCCESS; }
// With the last one that holds it the context goes with all that is in it, and with its errors.
int cuDevicePrimaryCtxRelease_v2(int device)
{
    if (retained[device] == 0) return CONTEXT;
    if (--retained[device] > 0 || retained[1 - device] > 0) return SUCCESS;
    if (broken) {
        for (auto &piece : memory) free((void *)piece.first);
        for (auto &piece : pinned) free(piece.first);
        for (auto stream : streams) delete stream;
        memory.clear();
        pinned.clear();
        streams.clear();
        used[0] = used[1] = 0;
        modules = graphs = events = 0;
    }
    memset(reached, 0, sizeof reached);
    broken = SUCCESS;
    return SUCCESS;
}
// As documented, it may report what went wrong before.
int cuCtxSetCurrent(void *context) { current = context; return context ? broken : SUCCESS; }

int cuStreamCreate(void **stream, unsigned flags)
{
    NEEDS_CONTEXT;
    // Streams that wait for the default stream cannot be recorded while somebody uses that.
    if (flags != 1) return INVALID;
    *stream = new Stream{card(), {}, 0, {}, false, false};
    streams.insert((Stream *)*stream);
    return SUCCESS;
}
int cuStreamDestroy_v2(void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    finish(*own, own->queue.size());
    streams.erase(own);
    delete own;
    return SUCCESS;
}
int cuStreamSynchronize(void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    if (own->capturing) return CAPTURE;
    return finish(*own, own->queue.size());
}
int cuStreamBeginCapture_v2(void *stream, int mode)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    // Other threads may go on meanwhile.
    if (mode != 1 || own->capturing) return INVALID;
    own->capturing = true;
    own->recorded.clear();
    return SUCCESS;
}
int cuStreamEndCapture(void *stream, void **graph)
{
    NEEDS_STREAM;
    if (!own->capturing) return INVALID;
    own->capturing = false;
    *graph = nullptr;
    if (own->invalidated) { own->invalidated = false; return INVALIDATED; }
    graphs++;
    *graph = new Work(own->recorded);
    return SUCCESS;
}

int cuEventCreate(void **event, unsigned flags)
{
    NEEDS_CONTEXT;
    if (flags != 2) return INVALID;
    events++;
    *event = new Event{card(), nullptr, 0};
    return SUCCESS;
}
int cuEventDestroy_v2(void *event) { NEEDS_CONTEXT; events--; delete (Event *)event; return SUCCESS; }
int cuEventRecord(void *event, void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    Event *mark = (Event *)event;
    if (mark->card != card() || own->capturing) return INVALID;
    mark->stream = own;
    mark->place = own->queue.size();
    return SUCCESS;
}
int cuStreamWaitEvent(void *stream, void *event, unsigned flags)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    // For what was recorded last, whatever is recorded later.
    const Event mark = *(Event *)event;
    if (flags || own->capturing) return INVALID;
    if (mark.stream) own->queue.push_back([=] { return streams.count(mark.stream) ? finish(*mark.stream, mark.place) : SUCCESS; });
    return SUCCESS;
}
int cuDeviceCanAccessPeer(int *can, int device, int other) { *can = device != other; return SUCCESS; }
int cuCtxEnablePeerAccess(void *context, unsigned flags)
{
    NEEDS_CONTEXT;
    const int other = (int)((int *)context - contexts);
    if (flags || other == card()) return INVALID;
    if (reached[card()][other]) return 704;
    reached[card()][other] = true;
    return SUCCESS;
}

int cuGraphInstantiateWithFlags(void **executable, void *graph, unsigned long long)
{
    graphs++;
    *executable = new Work(*(Work *)graph);
    return SUCCESS;
}
int cuGraphLaunch(void *executable, void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    if (own->capturing) return INVALID;
    // As a real one, it does what was recorded, whatever becomes of the recording's owner later.
    for (auto &work : *(Work *)executable) own->queue.push_back(work);
    return SUCCESS;
}
int cuGraphExecDestroy(void *executable) { NEEDS_CONTEXT; finish(card()); graphs--; delete (Work *)executable; return SUCCESS; }
int cuGraphDestroy(void *graph) { NEEDS_CONTEXT; graphs--; delete (Work *)graph; return SUCCESS; }

int cuMemGetInfo_v2(size_t *free, size_t *all) { NEEDS_CONTEXT; *free = total - used[card()]; *all = total; return SUCCESS; }
int cuMemAlloc_v2(Address *at, size_t bytes)
{
    NEEDS_CONTEXT;
    if (recording()) return CAPTURE;
    if (bytes == 0) return INVALID;
    if (used[card()] + bytes > total) return MEMORY;
    void *place = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(place, 0xfb, bytes);
    used[card()] += bytes;
    *at = (Address)place;
    memory[*at] = Piece{bytes, card()};
    return SUCCESS;
}
int cuMemFree_v2(Address at)
{
    NEEDS_CONTEXT;
    if (!memory.count(at) || memory[at].card != card()) return INVALID;
    // Work of this card only: others must be waited for.
    finish(card());
    used[card()] -= memory[at].bytes;
    memset((void *)at, 0xfb, memory[at].bytes);
    memory.erase(at);
    free((void *)at);
    return SUCCESS;
}
int cuMemHostAlloc(void **at, size_t bytes, unsigned)
{
    NEEDS_CONTEXT;
    *at = malloc(bytes);
    pinned[*at] = bytes;
    return SUCCESS;
}
int cuMemFreeHost(void *at) { NEEDS_CONTEXT; pinned.erase(at); free(at); return SUCCESS; }

static int enqueue(Stream *own, std::function<int()> work)
{
    (own->capturing ? own->recorded : own->queue).push_back(work);
    return SUCCESS;
}
int cuMemsetD8Async(Address at, unsigned char value, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    if (!within(at, bytes, card())) return INVALID;
    return enqueue(own, [=] { memset((void *)at, value, bytes); return SUCCESS; });
}
int cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    if (bytes == 0) return INVALID;
    NEEDS_STREAM;
    if (own->capturing) return CAPTURE;
    if (!within(to, bytes, card())) return INVALID;
    return enqueue(own, [=] { memcpy((void *)to, from, bytes); return SUCCESS; });
}
int cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    if (own->capturing) return CAPTURE;
    if (!within(from, bytes, card())) return INVALID;
    // Downloads go through pinned memory.
    bool held = false;
    for (auto &piece : pinned) held |= to >= piece.first && (char *)to + bytes <= (char *)piece.first + piece.second;
    if (!held) return INVALID;
    return enqueue(own, [=] { memcpy(to, (void *)from, bytes); return SUCCESS; });
}
int cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    if (!within(from, bytes, card()) || !within(to, bytes, card())) return INVALID;
    return enqueue(own, [=] { memmove((void *)to, (void *)from, bytes); return SUCCESS; });
}
int cuMemcpyPeerAsync(Address to, void *target, Address from, void *source, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    NEEDS_STREAM;
    const int there = (int)((int *)target - contexts), here = (int)((int *)source - contexts);
    if (there != card() || own->capturing || !within(to, bytes, there) || !within(from, bytes, here)) return INVALID;
    fetched += bytes;
    return enqueue(own, [=] { memmove((void *)to, (void *)from, bytes); return SUCCESS; });
}

int cuModuleLoadData(void **module, const void *image)
{
    NEEDS_CONTEXT;
    static const char head[] = "\x7f" "ELF pretended\n";
    char path[4096];
    if (!compiler || strncmp((const char *)image, head, sizeof head - 1)) return IMAGE;
    if (compiler((const char *)image + sizeof head - 1, path, sizeof path)) return IMAGE;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    unlink(path);
    if (!library) return IMAGE;
    modules++;
    *module = new Module{library, card()};
    return SUCCESS;
}
int cuModuleGetFunction(void **function, void *module, const char *name)
{
    NEEDS_CONTEXT;
    void *library = ((Module *)module)->library;
    Function found;
    found.card = ((Module *)module)->card;
    *(void **)&found.enter = dlsym(library, (std::string("enter_") + name).c_str());
    found.sizes = (const unsigned *)dlsym(library, (std::string("sizes_") + name).c_str());
    found.threads = (const unsigned *)dlsym(library, (std::string("threads_") + name).c_str());
    found.shared = SHARED;
    if (!found.enter || !found.sizes || !found.threads) return NOT_FOUND;
    // Functions live as long as the process: there are few.
    *function = new Function(found);
    return SUCCESS;
}
int cuFuncSetAttribute(void *function, int attribute, int value)
{
    NEEDS_CONTEXT;
    if (attribute != 8 || value < 0 || value > MOST_SHARED) return INVALID;
    ((Function *)function)->shared = value;
    return SUCCESS;
}
int cuModuleUnload(void *module)
{
    NEEDS_CONTEXT;
    finish(card());
    modules--;
    dlclose(((Module *)module)->library);
    delete (Module *)module;
    return SUCCESS;
}
int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
    void *stream, void **arguments, void **extra)
{
    NEEDS_CONTEXT;
    if (!gx || !gy || !gz || !bx || !by || !bz || gy > 65535 || gz > 65535) return INVALID;
    NEEDS_STREAM;
    if (bx * by * bz > *((Function *)function)->threads || shared > ((Function *)function)->shared) return INVALID;
    if (extra || ((Function *)function)->card != card()) return INVALID;
    if (own->capturing && !loaded.count(function)) { own->invalidated = true; return CAPTURE; }
    loaded.insert(function);
    if (launches_left == 0) return broken = LAUNCH;
    if (launches_left > 0) launches_left--;
    const Function *kernel = (const Function *)function;
    // Arguments are taken now: the caller may use their place again.
    std::vector<unsigned long long> words;
    for (int n = 0; kernel->sizes[n]; n++) {
        words.push_back(0);
        memcpy(&words.back(), arguments[n], kernel->sizes[n]);
        // Memory of another card, in a kernel of this one.
        if (kernel->sizes[n] == 8 && within(words.back(), 1, 1 - card())) return INVALID;
    }
    return enqueue(own, [=]() mutable {
        std::vector<void *> places;
        for (auto &word : words) places.push_back(&word);
        const unsigned grid[3] = {gx, gy, gz}, block[3] = {bx, by, bz};
        kernel->enter(grid, block, shared, places.data());
        return (int)SUCCESS;
    });
}

}
