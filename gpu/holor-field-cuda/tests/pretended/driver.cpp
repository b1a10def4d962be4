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

static std::map<Address, size_t> memory;
static std::map<void *, size_t> pinned;
static Work queue, recorded;
static bool capturing, invalidated;
static int modules, streams, graphs, retained;
static size_t total = (size_t)1 << 30, used;
static long long launches_left = -1;
static int broken;
static int (*compiler)(const char *text, char *path, int length);
static thread_local void *current;
static int the_context, the_stream;

struct Module { void *library; };
struct Function { void (*enter)(const unsigned *, const unsigned *, void *const *); const unsigned *sizes; };

// Whether so many bytes lie in one piece of memory.
static bool within(Address at, size_t bytes)
{
    auto next = memory.upper_bound(at);
    if (next == memory.begin()) return false;
    auto own = std::prev(next);
    return at + bytes <= own->first + own->second;
}

// Kernels that were launched once: the first launch loads them, which a recording may not do.
static std::set<const void *> loaded;

static int finish()
{
    for (auto &work : queue) {
        const int error = broken ? broken : work();
        if (error) { broken = error; break; }
    }
    queue.clear();
    return broken;
}

#define NEEDS_CONTEXT if (current != &the_context) return CONTEXT; if (broken) return broken

extern "C" {

// For tests.
void pretend_compiler(int (*function)(const char *, char *, int)) { compiler = function; }
void pretend_limits(size_t bytes, long long launches) { total = bytes; launches_left = launches; }
// What was taken and not given back: memory, pinned memory, modules, streams, graphs, context.
void pretend_taken(long long *counts)
{
    counts[0] = memory.size(); counts[1] = pinned.size(); counts[2] = modules;
    counts[3] = streams; counts[4] = graphs; counts[5] = retained;
}
// For the library of transforms.
int pretend_enqueue(void (*function)(void *), const void *data, size_t bytes)
{
    NEEDS_CONTEXT;
    std::string copy((const char *)data, bytes);
    (capturing ? recorded : queue).push_back([=]() mutable { function(copy.data()); return SUCCESS; });
    return SUCCESS;
}
int pretend_within(Address at, size_t bytes) { return within(at, bytes); }
void *pretend_stream() { return &the_stream; }

int cuInit(unsigned) { return SUCCESS; }
int cuDriverGetVersion(int *version) { *version = 13000; return SUCCESS; }
int cuDeviceGetCount(int *count) { *count = 1; return SUCCESS; }
int cuDeviceGet(int *device, int number) { *device = number; return number == 0 ? SUCCESS : 101; }
int cuDeviceTotalMem_v2(size_t *bytes, int) { *bytes = total; return SUCCESS; }
int cuDeviceGetAttribute(int *value, int attribute, int)
{
    if (attribute != 75 && attribute != 76) return INVALID;
    *value = attribute == 75 ? 9 : 0;
    return SUCCESS;
}
int cuDeviceGetName(char *name, int length, int) { strncpy(name, "Pretended card", length); return SUCCESS; }
int cuGetErrorName(int error, const char **name)
{
    *name = error == MEMORY ? "CUDA_ERROR_OUT_OF_MEMORY" : error == LAUNCH ? "CUDA_ERROR_LAUNCH_FAILED" : "CUDA_ERROR_PRETENDED";
    return SUCCESS;
}
int cuGetErrorString(int error, const char **text) { return cuGetErrorName(error, text); }

int cuDevicePrimaryCtxRetain(void **context, int) { retained++; *context = &the_context; return SUCCESS; }
// With the last one that holds it the context goes with all that is in it, and with its errors.
int cuDevicePrimaryCtxRelease_v2(int)
{
    if (retained == 0) return CONTEXT;
    if (--retained > 0) return SUCCESS;
    if (broken) {
        queue.clear();
        for (auto &piece : memory) free((void *)piece.first);
        for (auto &piece : pinned) free(piece.first);
        memory.clear();
        pinned.clear();
        used = 0;
        modules = streams = graphs = 0;
        capturing = false;
    }
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
    streams++;
    *stream = &the_stream;
    return SUCCESS;
}
int cuStreamDestroy_v2(void *) { NEEDS_CONTEXT; streams--; return SUCCESS; }
int cuStreamSynchronize(void *stream)
{
    NEEDS_CONTEXT;
    if (stream != &the_stream) return INVALID;
    if (capturing) return CAPTURE;
    return finish();
}
int cuStreamBeginCapture_v2(void *stream, int mode)
{
    NEEDS_CONTEXT;
    // Other threads may go on meanwhile.
    if (mode != 1) return INVALID;
    if (capturing || stream != &the_stream) return INVALID;
    capturing = true;
    recorded.clear();
    return SUCCESS;
}
int cuStreamEndCapture(void *, void **graph)
{
    if (!capturing) return INVALID;
    capturing = false;
    *graph = nullptr;
    if (invalidated) { invalidated = false; return INVALIDATED; }
    graphs++;
    *graph = new Work(recorded);
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
    if (capturing || stream != &the_stream) return INVALID;
    // As a real one, it does what was recorded, whatever becomes of the recording's owner later.
    for (auto &work : *(Work *)executable) queue.push_back(work);
    return SUCCESS;
}
int cuGraphExecDestroy(void *executable) { NEEDS_CONTEXT; finish(); graphs--; delete (Work *)executable; return SUCCESS; }
int cuGraphDestroy(void *graph) { NEEDS_CONTEXT; graphs--; delete (Work *)graph; return SUCCESS; }

int cuMemGetInfo_v2(size_t *free, size_t *all) { NEEDS_CONTEXT; *free = total - used; *all = total; return SUCCESS; }
int cuMemAlloc_v2(Address *at, size_t bytes)
{
    NEEDS_CONTEXT;
    if (capturing) return CAPTURE;
    if (bytes == 0) return INVALID;
    if (used + bytes > total) return MEMORY;
    void *place = aligned_alloc(256, (bytes + 255) / 256 * 256);
    memset(place, 0xfb, bytes);
    used += bytes;
    *at = (Address)place;
    memory[*at] = bytes;
    return SUCCESS;
}
int cuMemFree_v2(Address at)
{
    NEEDS_CONTEXT;
    if (!memory.count(at)) return INVALID;
    finish();
    used -= memory[at];
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

static int enqueue(std::function<int()> work)
{
    (capturing ? recorded : queue).push_back(work);
    return SUCCESS;
}
int cuMemsetD8Async(Address at, unsigned char value, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    if (stream != &the_stream || !within(at, bytes)) return INVALID;
    return enqueue([=] { memset((void *)at, value, bytes); return SUCCESS; });
}
int cuMemcpyHtoDAsync_v2(Address to, const void *from, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    if (bytes == 0) return INVALID;
    if (capturing) return CAPTURE;
    if (stream != &the_stream || !within(to, bytes)) return INVALID;
    return enqueue([=] { memcpy((void *)to, from, bytes); return SUCCESS; });
}
int cuMemcpyDtoHAsync_v2(void *to, Address from, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    if (capturing) return CAPTURE;
    if (stream != &the_stream || !within(from, bytes)) return INVALID;
    // Downloads go through pinned memory.
    bool held = false;
    for (auto &piece : pinned) held |= to >= piece.first && (char *)to + bytes <= (char *)piece.first + piece.second;
    if (!held) return INVALID;
    return enqueue([=] { memcpy(to, (void *)from, bytes); return SUCCESS; });
}
int cuMemcpyDtoDAsync_v2(Address to, Address from, size_t bytes, void *stream)
{
    NEEDS_CONTEXT;
    if (stream != &the_stream || !within(from, bytes) || !within(to, bytes)) return INVALID;
    return enqueue([=] { memmove((void *)to, (void *)from, bytes); return SUCCESS; });
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
    *module = new Module{library};
    return SUCCESS;
}
int cuModuleGetFunction(void **function, void *module, const char *name)
{
    NEEDS_CONTEXT;
    void *library = ((Module *)module)->library;
    Function found;
    *(void **)&found.enter = dlsym(library, (std::string("enter_") + name).c_str());
    found.sizes = (const unsigned *)dlsym(library, (std::string("sizes_") + name).c_str());
    if (!found.enter || !found.sizes) return NOT_FOUND;
    // Functions live as long as the process: there are few.
    *function = new Function(found);
    return SUCCESS;
}
int cuModuleUnload(void *module)
{
    NEEDS_CONTEXT;
    finish();
    modules--;
    dlclose(((Module *)module)->library);
    delete (Module *)module;
    return SUCCESS;
}
int cuLaunchKernel(void *function, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz, unsigned shared,
    void *stream, void **arguments, void **extra)
{
    NEEDS_CONTEXT;
    if (!gx || !gy || !gz || !bx || !by || !bz || bx * by * bz > 256 || gy > 65535 || gz > 65535) return INVALID;
    if (shared || extra || stream != &the_stream) return INVALID;
    if (capturing && !loaded.count(function)) { invalidated = true; return CAPTURE; }
    loaded.insert(function);
    if (launches_left == 0) return broken = LAUNCH;
    if (launches_left > 0) launches_left--;
    const Function *kernel = (const Function *)function;
    // Arguments are taken now: the caller may use their place again.
    std::vector<unsigned long long> words;
    for (int n = 0; kernel->sizes[n]; n++) {
        words.push_back(0);
        memcpy(&words.back(), arguments[n], kernel->sizes[n]);
    }
    return enqueue([=]() mutable {
        std::vector<void *> places;
        for (auto &word : words) places.push_back(&word);
        const unsigned grid[3] = {gx, gy, gz}, block[3] = {bx, by, bz};
        kernel->enter(grid, block, places.data());
        return (int)SUCCESS;
    });
}

}
