// Transforms by the sums that define them, dimension by dimension.

#include <cmath>
#include <complex>
#include <cstring>
#include <dlfcn.h>
#include <map>
#include <vector>

typedef std::complex<double> Complex;
typedef unsigned long long Address;
enum { R2C = 0x2a, C2R = 0x2c, C2C = 0x29, D2Z = 0x6a, Z2D = 0x6c, Z2Z = 0x69 };

struct Plan { std::vector<int> n, cells; int kind; void *stream, *work; bool automatic; size_t bytes; };
static std::map<int, Plan> plans;
static int last;

static void *driver(const char *name)
{
    static void *library = dlopen("libcuda.so", RTLD_NOW | RTLD_NOLOAD);
    return dlsym(library, name);
}

// One dimension of numbers, row-major, by its definition.
static void axis(std::vector<Complex> &x, const std::vector<int> &n, size_t d, int sign)
{
    size_t stride = 1;
    for (size_t e = d + 1; e < n.size(); e++) stride *= n[e];
    std::vector<Complex> roots(n[d]), line(n[d]);
    for (int k = 0; k < n[d]; k++) roots[k] = std::polar(1.0, sign * 2 * M_PI * k / n[d]);
    for (size_t block = 0; block < x.size(); block += stride * n[d])
        for (size_t s = 0; s < stride; s++) {
            for (int k = 0; k < n[d]; k++) {
                line[k] = 0;
                for (int j = 0; j < n[d]; j++) line[k] += x[block + s + j * stride] * roots[(long long)j * k % n[d]];
            }
            for (int k = 0; k < n[d]; k++) x[block + s + k * stride] = line[k];
        }
}

// Where a real cell is among the places of the embedding.
static size_t place_of(const Plan &plan, size_t cell)
{
    size_t place = 0, stride = 1;
    for (size_t d = plan.n.size(); d-- > 0;) {
        place += cell % plan.n[d] * stride;
        cell /= plan.n[d];
        stride *= plan.cells[d];
    }
    return place;
}

struct Job { int plan; void *from, *to; int sign; };

template <class T> static void run(const Plan &plan, const Job &job, bool real, bool inverse)
{
    const std::vector<int> &n = plan.n;
    const size_t last = n.size() - 1;
    size_t count = 1;
    for (int points : n) count *= points;
    const int kept = real ? n[last] / 2 + 1 : n[last];
    const size_t half = count / n[last] * kept;
    const T *from = (const T *)job.from;
    T *to = (T *)job.to;
    auto place = [&](size_t cell) { return place_of(plan, cell); };
    if (!real) {
        std::vector<Complex> x(count);
        for (size_t k = 0; k < count; k++) x[k] = Complex(from[2 * k], from[2 * k + 1]);
        for (size_t d = 0; d <= last; d++) axis(x, n, d, job.sign);
        if (job.sign > 0 && from != to) memset(job.from, 0xff, 2 * count * sizeof(T));
        for (size_t k = 0; k < count; k++) { to[2 * k] = x[k].real(); to[2 * k + 1] = x[k].imag(); }
    } else if (!inverse) {
        std::vector<Complex> x(count);
        for (size_t k = 0; k < count; k++) x[k] = from[place(k)];
        for (size_t d = 0; d <= last; d++) axis(x, n, d, -1);
        for (size_t k = 0; k < half; k++) {
            const Complex z = x[k / kept * n[last] + k % kept];
            to[2 * k] = z.real();
            to[2 * k + 1] = z.imag();
        }
    } else {
        std::vector<Complex> x(half), full(count);
        for (size_t k = 0; k < half; k++) x[k] = Complex(from[2 * k], from[2 * k + 1]);
        std::vector<int> shorter = n;
        shorter[last] = kept;
        for (size_t d = 0; d < last; d++) axis(x, shorter, d, 1);
        for (size_t row = 0; row < count / n[last]; row++)
            for (int k = 0; k < n[last]; k++) {
                const int other = std::min(k, n[last] - k);
                Complex z = x[row * kept + other];
                if (k == 0 || 2 * k == n[last]) z = z.real();
                full[row * n[last] + k] = k > n[last] - k ? std::conj(z) : z;
            }
        axis(full, n, last, 1);
        for (size_t k = 0; k < count; k++) to[place(k)] = full[k].real();
        // What was transformed back may be destroyed.
        memset(job.from, 0xff, 2 * half * sizeof(T));
    }
}

static void work(void *data)
{
    Job job;
    memcpy(&job, data, sizeof job);
    const Plan &plan = plans[job.plan];
    switch (plan.kind) {
    case Z2Z: return run<double>(plan, job, false, false);
    case C2C: return run<float>(plan, job, false, false);
    case D2Z: return run<double>(plan, job, true, false);
    case R2C: return run<float>(plan, job, true, false);
    case Z2D: return run<double>(plan, job, true, true);
    case C2R: return run<float>(plan, job, true, true);
    }
}

static int start(int number, int kind, void *from, void *to, int sign)
{
    const auto found = plans.find(number);
    if (found == plans.end() || found->second.kind != kind) return 1;
    const Plan &plan = found->second;
    if (plan.automatic || !((int (*)(void *))driver("pretend_stream"))(plan.stream)) return 9;
    auto within = (int (*)(Address, size_t))driver("pretend_within");
    size_t count = 1, half;
    for (int points : plan.n) count *= points;
    half = count / plan.n.back() * (plan.n.back() / 2 + 1);
    const size_t size = kind == Z2Z || kind == D2Z || kind == Z2D ? 8 : 4;
    const bool complex = kind == Z2Z || kind == C2C, back = kind == Z2D || kind == C2R;
    const size_t reals = complex ? 0 : place_of(plan, count - 1) + 1;
    const size_t numbers = complex ? 2 * count : back ? 2 * half : reals;
    const size_t results = complex ? 2 * count : back ? reals : 2 * half;
    if ((Address)from % (2 * size) || (Address)to % (2 * size)) return 9;
    if (!within((Address)from, numbers * size) || !within((Address)to, results * size)) return 4;
    if (!within((Address)plan.work, plan.bytes ? plan.bytes : 1) || (!complex && from == to)) return 4;
    const Job job = {number, from, to, sign};
    auto enqueue = (int (*)(void (*)(void *), const void *, size_t, void *))driver("pretend_enqueue");
    return enqueue(work, &job, sizeof job, plan.stream) ? 6 : 0;
}

extern "C" {

int pretend_plans() { return (int)plans.size(); }

int cufftCreate(int *plan) { *plan = ++last; plans[last] = {{}, {}, 0, nullptr, nullptr, true, 0}; return 0; }
int cufftDestroy(int plan) { return plans.erase(plan) ? 0 : 1; }
int cufftSetAutoAllocation(int plan, int automatic) { plans[plan].automatic = automatic; return 0; }
int cufftSetStream(int plan, void *stream) { plans[plan].stream = stream; return 0; }
int cufftSetWorkArea(int plan, void *work) { plans[plan].work = work; return 0; }
int cufftGetVersion(int *version) { *version = 12000; return 0; }
int cufftMakePlanMany64(int plan, int rank, long long *n, long long *inembed, long long istride, long long, long long *onembed, long long ostride, long long,
    int kind, long long batch, size_t *work)
{
    const bool real = kind != Z2Z && kind != C2C, back = kind == Z2D || kind == C2R;
    if (!inembed != !real || !onembed != !real || batch != 1 || rank < 1 || rank > 3 || plans[plan].automatic) return 4;
    if (real) {
        // The half of the spectrum without gaps; rows of cells at least as long as they are.
        const long long *cells = back ? onembed : inembed, *half = back ? inembed : onembed;
        if (istride != 1 || ostride != 1) return 4;
        for (int d = 1; d < rank; d++)
            if (cells[d] < n[d] || half[d] != (d == rank - 1 ? n[d] / 2 + 1 : n[d])) return 4;
        plans[plan].cells.assign(cells, cells + rank);
    }
    plans[plan].n.assign(n, n + rank);
    plans[plan].kind = kind;
    // As cuFFT does, small ones need no place.
    size_t count = 1;
    for (int points : plans[plan].n) count *= points;
    *work = plans[plan].bytes = count < 64 ? 0 : 1000;
    return 0;
}
int cufftExecZ2Z(int plan, void *from, void *to, int sign) { return start(plan, Z2Z, from, to, sign); }
int cufftExecC2C(int plan, void *from, void *to, int sign) { return start(plan, C2C, from, to, sign); }
int cufftExecD2Z(int plan, void *from, void *to) { return start(plan, D2Z, from, to, -1); }
int cufftExecR2C(int plan, void *from, void *to) { return start(plan, R2C, from, to, -1); }
int cufftExecZ2D(int plan, void *from, void *to) { return start(plan, Z2D, from, to, 1); }
int cufftExecC2R(int plan, void *from, void *to) { return start(plan, C2R, from, to, 1); }

}
