// Compile with --fmad=false: a product and a sum are joined only where fma is written.

typedef double real;
typedef long long place;

// Cells of a row that have partial results of their own.
#define PIECE 1024
#define INFINITE __longlong_as_double(0x7ff0000000000000LL)

__device__ __forceinline__ int least(int a, int b) { return a < b ? a : b; }

// 2^n for a whole n, the exponent and the mantissa of a normal number, by their bits.
__device__ __forceinline__ double power_of_two(double n)
{
    return __longlong_as_double((long long)((unsigned long long)__double_as_longlong(n + 4503599627371519.0) << 52));
}
__device__ __forceinline__ float power_of_two(float n)
{
    return __int_as_float((int)((unsigned)__float_as_int(n + 8388735.0f) << 23));
}
__device__ __forceinline__ double exponent(double x)
{
    return (double)((__double_as_longlong(x) >> 52) & 0x7ff) - 1023.0;
}
__device__ __forceinline__ float exponent(float x)
{
    return (float)((__float_as_int(x) >> 23) & 0xff) - 127.0f;
}
__device__ __forceinline__ double mantissa(double x)
{
    return __longlong_as_double((__double_as_longlong(x) & (long long)0x800fffffffffffffULL) | 0x3ff0000000000000LL);
}
__device__ __forceinline__ float mantissa(float x)
{
    return __int_as_float((__float_as_int(x) & (int)0x807fffffU) | 0x3f800000);
}

// The earlier result comes first; NaN stays.
__device__ __forceinline__ double sum_of(double before, double value) { return before + value; }
__device__ __forceinline__ double greater_of(double before, double value)
{
    return value > before || value != value ? value : before;
}
__device__ __forceinline__ double smaller_of(double before, double value)
{
    return value < before || value != value ? value : before;
}

// A complex number, read and written at once.
struct __align__(2 * sizeof(real)) pair { real re, im; };

// Neighbouring numbers, read and written at once.
struct __align__(16) wide { real x, y; };

// Transforms of lines. Forward: exp(-2 pi i j k / n), not scaled; inverse: with + in the exponent.
// A number turned by an angle, or back, whose cosine and sine are given.
template <bool inverse> __device__ __forceinline__ pair turned(pair z, pair by)
{
    if (inverse) return pair{fma(z.re, by.re, -(z.im * by.im)), fma(z.re, by.im, z.im * by.re)};
    return pair{fma(z.re, by.re, z.im * by.im), fma(z.im, by.re, -(z.re * by.im))};
}
__device__ __forceinline__ pair product(pair a, pair b)
{
    return pair{fma(a.re, b.re, -(a.im * b.im)), fma(a.re, b.im, a.im * b.re)};
}
__device__ __forceinline__ pair plus(pair a, pair b) { return pair{a.re + b.re, a.im + b.im}; }
__device__ __forceinline__ pair minus(pair a, pair b) { return pair{a.re - b.re, a.im - b.im}; }
// A quarter turn.
template <bool inverse> __device__ __forceinline__ pair quarter(pair z)
{
    return inverse ? pair{-z.im, z.re} : pair{z.im, -z.re};
}
template <bool inverse> __device__ __forceinline__ void butterfly_2(pair *v)
{
    const pair a = v[0], b = v[1];
    v[0] = plus(a, b);
    v[1] = minus(a, b);
}
template <bool inverse> __device__ __forceinline__ void butterfly_3(pair *v)
{
    const pair s1 = plus(v[1], v[2]), d1 = minus(v[1], v[2]);
    const pair first = v[0];
    v[0] = plus(first, s1);
    const pair e1 = pair{fma(s1.re, (-0x1.fffffffffffffp-2), first.re), fma(s1.im, (-0x1.fffffffffffffp-2), first.im)};
    const pair o1 = quarter<inverse>(pair{d1.re * 0x1.bb67ae8584cabp-1, d1.im * 0x1.bb67ae8584cabp-1});
    v[1] = plus(e1, o1);
    v[2] = minus(e1, o1);
}
template <bool inverse> __device__ __forceinline__ void butterfly_6(pair *v)
{
    pair u0[2] = {v[0], v[3]};
    butterfly_2<inverse>(u0);
    pair u1[2] = {v[1], v[4]};
    butterfly_2<inverse>(u1);
    u1[1] = turned<inverse>(u1[1], pair{0x1.fffffffffffffp-2, 0x1.bb67ae8584cabp-1});
    pair u2[2] = {v[2], v[5]};
    butterfly_2<inverse>(u2);
    u2[1] = turned<inverse>(u2[1], pair{(-0x1.fffffffffffffp-2), 0x1.bb67ae8584cabp-1});
    pair y0[3] = {u0[0], u1[0], u2[0]};
    butterfly_3<inverse>(y0);
    v[0] = y0[0];
    v[2] = y0[1];
    v[4] = y0[2];
    pair y1[3] = {u0[1], u1[1], u2[1]};
    butterfly_3<inverse>(y1);
    v[1] = y1[0];
    v[3] = y1[1];
    v[5] = y1[2];
}
template <bool inverse> __device__ __forceinline__ void butterfly_4(pair *v)
{
    const pair a = plus(v[0], v[2]), b = minus(v[0], v[2]);
    const pair c = plus(v[1], v[3]), d = quarter<inverse>(minus(v[1], v[3]));
    v[0] = plus(a, c);
    v[1] = plus(b, d);
    v[2] = minus(a, c);
    v[3] = minus(b, d);
}
template <bool inverse> __device__ __forceinline__ void butterfly_16(pair *v)
{
    pair u0[4] = {v[0], v[4], v[8], v[12]};
    butterfly_4<inverse>(u0);
    pair u1[4] = {v[1], v[5], v[9], v[13]};
    butterfly_4<inverse>(u1);
    u1[1] = turned<inverse>(u1[1], pair{0x1.d906bcf328d46p-1, 0x1.87de2a6aea963p-2});
    u1[2] = turned<inverse>(u1[2], pair{0x1.6a09e667f3bcdp-1, 0x1.6a09e667f3bcdp-1});
    u1[3] = turned<inverse>(u1[3], pair{0x1.87de2a6aea963p-2, 0x1.d906bcf328d46p-1});
    pair u2[4] = {v[2], v[6], v[10], v[14]};
    butterfly_4<inverse>(u2);
    u2[1] = turned<inverse>(u2[1], pair{0x1.6a09e667f3bcdp-1, 0x1.6a09e667f3bcdp-1});
    u2[2] = quarter<inverse>(u2[2]);
    u2[3] = turned<inverse>(u2[3], pair{(-0x1.6a09e667f3bcdp-1), 0x1.6a09e667f3bcdp-1});
    pair u3[4] = {v[3], v[7], v[11], v[15]};
    butterfly_4<inverse>(u3);
    u3[1] = turned<inverse>(u3[1], pair{0x1.87de2a6aea963p-2, 0x1.d906bcf328d46p-1});
    u3[2] = turned<inverse>(u3[2], pair{(-0x1.6a09e667f3bcdp-1), 0x1.6a09e667f3bcdp-1});
    u3[3] = turned<inverse>(u3[3], pair{(-0x1.d906bcf328d46p-1), (-0x1.87de2a6aea963p-2)});
    pair y0[4] = {u0[0], u1[0], u2[0], u3[0]};
    butterfly_4<inverse>(y0);
    v[0] = y0[0];
    v[4] = y0[1];
    v[8] = y0[2];
    v[12] = y0[3];
    pair y1[4] = {u0[1], u1[1], u2[1], u3[1]};
    butterfly_4<inverse>(y1);
    v[1] = y1[0];
    v[5] = y1[1];
    v[9] = y1[2];
    v[13] = y1[3];
    pair y2[4] = {u0[2], u1[2], u2[2], u3[2]};
    butterfly_4<inverse>(y2);
    v[2] = y2[0];
    v[6] = y2[1];
    v[10] = y2[2];
    v[14] = y2[3];
    pair y3[4] = {u0[3], u1[3], u2[3], u3[3]};
    butterfly_4<inverse>(y3);
    v[3] = y3[0];
    v[7] = y3[1];
    v[11] = y3[2];
    v[15] = y3[3];
}

template <int radix, bool inverse> __device__ __forceinline__ void butterfly(pair *v)
{
    if (radix == 2) butterfly_2<inverse>(v);
    if (radix == 3) butterfly_3<inverse>(v);
    if (radix == 6) butterfly_6<inverse>(v);
    if (radix == 4) butterfly_4<inverse>(v);
    if (radix == 16) butterfly_16<inverse>(v);
}

// A stage: `before` is the product of the radices before. The roots are those forward or back, each from a place of its own: whoever reads the
// same place twice keeps what it has read, and has no registers left. Their powers are made of those of powers of two.
template <int n, int each, int radix, int before, bool inverse>
__device__ __forceinline__ void stage(pair *x, const pair *__restrict__ roots, int lane)
{
    const int apart = each / radix;
    #pragma unroll
    for (int m = 0; m < apart; m++) {
        pair v[radix];
        #pragma unroll
        for (int k = 0; k < radix; k++) v[k] = x[m + k * apart];
        if (before > 1) {
            const int angle = (lane + n / each * m) % before * (n / (before * radix));
            pair power[radix];
            #pragma unroll
            for (int k = 1; k < radix; k++) {
                const int high = k & 8 ? 8 : k & 4 ? 4 : k & 2 ? 2 : 1;
                power[k] = k == high ? roots[angle * k] : product(power[high], power[k - high]);
                v[k] = product(v[k], power[k]);
            }
        }
        butterfly<radix, inverse>(v);
        #pragma unroll
        for (int k = 0; k < radix; k++) x[m + k * apart] = v[k];
    }
}

// Where a number of a line, the sum of two, lies in shared memory: every seventeenth place is left out, so that neighbours meet different
// banks. Nothing is carried from the sixteenths of the one to those of the other where n is a power of two, so that one of them can be known before.
template <int n, int apart, int gap> __device__ __forceinline__ int spot(int number, int known, int own)
{
    if ((n & (n - 1)) == 0) return (number + number / 16) * apart + own * gap + (known + known / 16) * apart;
    return (number + known + (number + known) / 16) * apart + own * gap;
}

// Hands the numbers on to the next stage, real parts first.
template <int n, int each, int radix, int before, int apart, int gap>
__device__ __forceinline__ void hand_on(pair *x, real *exchange, int lane, int own)
{
    const int threads = n / each, per = each / radix;
    #pragma unroll
    for (int part = 0; part < 2; part++) {
        __syncthreads();
        #pragma unroll
        for (int m = 0; m < per; m++) {
            const int j = lane + threads * m, first = j / before * (before * radix) + j % before;
            #pragma unroll
            for (int k = 0; k < radix; k++) {
                const pair z = x[m + k * per];
                exchange[spot<n, apart, gap>(first, k * before, own)] = part ? z.im : z.re;
            }
        }
        __syncthreads();
        #pragma unroll
        for (int e = 0; e < each; e++) {
            const real value = exchange[spot<n, apart, gap>(lane, threads * e, own)];
            if (part) x[e].im = value;
            else x[e].re = value;
        }
    }
}

// coefficients: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_0(
    real *a0,
    real *a1,
    const real *__restrict__ t0,
    const real *__restrict__ t1,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    const double s1 = scalars[1]; // step
    const double t1_0 = t1[k];
    const double t1_1 = t1[k + 1];
    for (int j = first; j < last; j++) {
        place p = (place)i * 1024 + (place)j * 64 + k;
        const double t0_0 = t0[j];
        const double v3 = t0_0 * (-0x1p-1); // -0.5
        const double v5 = fma((-0x1p-1), t1_0, v3); // -0.5
        const double v6 = s1 * v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+0), v6); // -1.5707963267948966
        const double v13 = fma(v9, (-0x1.1a62633145c07p-54), v11); // -6.123233995736766e-17
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-110, v13); // 1.4973849048591698e-33
        const double v16 = v15 * v15;
        const double v19 = fma(v16, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v21 = fma(v16, v19, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v23 = fma(v16, v21, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v25 = fma(v16, v23, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v27 = fma(v16, v25, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v29 = fma(v16, v27, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v30 = v15 * v16;
        const double v31 = fma(v29, v30, v15);
        const double v34 = fma(v16, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v36 = fma(v16, v34, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v38 = fma(v16, v36, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v40 = fma(v16, v38, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v42 = fma(v16, v40, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v43 = v16 * v16;
        const double v45 = fma((-0x1p-1), v16, 1.0); // -0.5
        const double v46 = fma(v42, v43, v45);
        const double v48 = v9 * 0x1p-2; // 0.25
        const double v49 = floor(v48);
        const double v50 = v48 - v49;
        const double v51 = (-0x1p-1) + v50; // -0.5
        const double v52 = fabs(v51);
        const bool b53 = v52 == 0x1p-2; // 0.25
        const double v54 = b53 ? v46 : v31;
        const double v55 = b53 ? v31 : v46;
        const double v56 = -v54;
        const bool b58 = v50 < 0x1p-1; // 0.5
        const double v59 = b58 ? v54 : v56;
        const double v60 = -v55;
        const double v62 = v50 + (-0x1.8p-2); // -0.375
        const double v63 = fabs(v62);
        const bool b64 = v63 < 0x1p-2; // 0.25
        const double v65 = b64 ? v60 : v55;
        const double v66 = fabs(v6);
        const bool b68 = v66 <= 0x1p+46; // 70368744177664.0
        const double v70 = b68 ? v59 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v71 = b68 ? v65 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v73 = fma((-0x1p-1), t1_1, v3); // -0.5
        const double v74 = s1 * v73;
        const double v75 = v74 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v76 = rint(v75);
        const double v77 = fma(v76, (-0x1.921fb54442d18p+0), v74); // -1.5707963267948966
        const double v78 = fma(v76, (-0x1.1a62633145c07p-54), v77); // -6.123233995736766e-17
        const double v79 = fma(v76, 0x1.f1976b7ed8fbcp-110, v78); // 1.4973849048591698e-33
        const double v80 = v79 * v79;
        const double v81 = fma(v80, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v82 = fma(v80, v81, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v83 = fma(v80, v82, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v84 = fma(v80, v83, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v85 = fma(v80, v84, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v86 = fma(v80, v85, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v87 = v79 * v80;
        const double v88 = fma(v86, v87, v79);
        const double v89 = fma(v80, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v90 = fma(v80, v89, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v91 = fma(v80, v90, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v92 = fma(v80, v91, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v93 = fma(v80, v92, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v94 = v80 * v80;
        const double v95 = fma((-0x1p-1), v80, 1.0); // -0.5
        const double v96 = fma(v93, v94, v95);
        const double v97 = v76 * 0x1p-2; // 0.25
        const double v98 = floor(v97);
        const double v99 = v97 - v98;
        const double v100 = (-0x1p-1) + v99; // -0.5
        const double v101 = fabs(v100);
        const bool b102 = v101 == 0x1p-2; // 0.25
        const double v103 = b102 ? v96 : v88;
        const double v104 = b102 ? v88 : v96;
        const double v105 = -v103;
        const bool b106 = v99 < 0x1p-1; // 0.5
        const double v107 = b106 ? v103 : v105;
        const double v108 = -v104;
        const double v109 = v99 + (-0x1.8p-2); // -0.375
        const double v110 = fabs(v109);
        const bool b111 = v110 < 0x1p-2; // 0.25
        const double v112 = b111 ? v108 : v104;
        const double v113 = fabs(v74);
        const bool b114 = v113 <= 0x1p+46; // 70368744177664.0
        const double v115 = b114 ? v107 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v116 = b114 ? v112 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        if (whole) {
            *(wide *)(a0 + p) = wide{v71, v116};
            *(wide *)(a1 + p) = wide{v70, v115};
        } else {
            if (k >= k0 && k < k0 + nk) { a0[p] = v71; a1[p] = v70; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a0[p + 1] = v116; a1[p + 1] = v115; }
        }
    }
}

// coefficients: cells
extern "C" __global__ void __launch_bounds__(256)
cells_1(
    real *a0,
    real *a1,
    const real *__restrict__ t0,
    const real *__restrict__ t1,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s1 = scalars[1]; // step
    const double t1_0 = t1[k];
    for (int j = first; j < last; j++) {
        place p = (place)i * 1024 + (place)j * 64 + k;
        const double t0_0 = t0[j];
        const double v3 = t0_0 * (-0x1p-1); // -0.5
        const double v5 = fma((-0x1p-1), t1_0, v3); // -0.5
        const double v6 = s1 * v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+0), v6); // -1.5707963267948966
        const double v13 = fma(v9, (-0x1.1a62633145c07p-54), v11); // -6.123233995736766e-17
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-110, v13); // 1.4973849048591698e-33
        const double v16 = v15 * v15;
        const double v19 = fma(v16, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v21 = fma(v16, v19, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v23 = fma(v16, v21, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v25 = fma(v16, v23, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v27 = fma(v16, v25, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v29 = fma(v16, v27, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v30 = v15 * v16;
        const double v31 = fma(v29, v30, v15);
        const double v34 = fma(v16, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v36 = fma(v16, v34, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v38 = fma(v16, v36, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v40 = fma(v16, v38, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v42 = fma(v16, v40, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v43 = v16 * v16;
        const double v45 = fma((-0x1p-1), v16, 1.0); // -0.5
        const double v46 = fma(v42, v43, v45);
        const double v48 = v9 * 0x1p-2; // 0.25
        const double v49 = floor(v48);
        const double v50 = v48 - v49;
        const double v51 = (-0x1p-1) + v50; // -0.5
        const double v52 = fabs(v51);
        const bool b53 = v52 == 0x1p-2; // 0.25
        const double v54 = b53 ? v46 : v31;
        const double v55 = b53 ? v31 : v46;
        const double v56 = -v54;
        const bool b58 = v50 < 0x1p-1; // 0.5
        const double v59 = b58 ? v54 : v56;
        const double v60 = -v55;
        const double v62 = v50 + (-0x1.8p-2); // -0.375
        const double v63 = fabs(v62);
        const bool b64 = v63 < 0x1p-2; // 0.25
        const double v65 = b64 ? v60 : v55;
        const double v66 = fabs(v6);
        const bool b68 = v66 <= 0x1p+46; // 70368744177664.0
        const double v70 = b68 ? v59 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v71 = b68 ? v65 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        a0[p] = v71;
        a1[p] = v70;
    }
}

// pointwise flow: cells
extern "C" __global__ void __launch_bounds__(256)
cells_2(
    pair *a0,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s1 = scalars[1]; // step
    const double v6 = s1 * 0x1p-1; // 0.5
    for (int j = first; j < last; j++) {
        place q = (place)i * 576 + (place)j * 36 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double v2 = a0_0 * a0_0;
        const double v3 = fma(a1_0, a1_0, v2);
        const double v7 = v3 * v6;
        const double v8 = -v7;
        const double v10 = v7 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v11 = -v10;
        const double v12 = rint(v11);
        const double v14 = fma(v12, (-0x1.921fb54442d18p+0), v8); // -1.5707963267948966
        const double v16 = fma(v12, (-0x1.1a62633145c07p-54), v14); // -6.123233995736766e-17
        const double v18 = fma(v12, 0x1.f1976b7ed8fbcp-110, v16); // 1.4973849048591698e-33
        const double v19 = v18 * v18;
        const double v22 = fma(v19, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v24 = fma(v19, v22, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v26 = fma(v19, v24, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v28 = fma(v19, v26, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v30 = fma(v19, v28, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v32 = fma(v19, v30, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v33 = v18 * v19;
        const double v34 = fma(v32, v33, v18);
        const double v37 = fma(v19, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v39 = fma(v19, v37, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v41 = fma(v19, v39, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v43 = fma(v19, v41, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v45 = fma(v19, v43, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v46 = v19 * v19;
        const double v49 = fma(v19, (-0x1p-1), 1.0); // -0.5
        const double v50 = fma(v45, v46, v49);
        const double v52 = v12 * 0x1p-2; // 0.25
        const double v53 = floor(v52);
        const double v54 = v52 - v53;
        const double v55 = (-0x1p-1) + v54; // -0.5
        const double v56 = fabs(v55);
        const bool b57 = v56 == 0x1p-2; // 0.25
        const double v58 = b57 ? v50 : v34;
        const double v59 = b57 ? v34 : v50;
        const double v60 = -v58;
        const bool b61 = v54 < 0x1p-1; // 0.5
        const double v62 = b61 ? v58 : v60;
        const double v63 = -v59;
        const double v65 = v54 + (-0x1.8p-2); // -0.375
        const double v66 = fabs(v65);
        const bool b67 = v66 < 0x1p-2; // 0.25
        const double v68 = b67 ? v63 : v59;
        const double v69 = fabs(v8);
        const bool b71 = v69 <= 0x1p+46; // 70368744177664.0
        const double v73 = b71 ? v62 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v74 = b71 ? v68 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v75 = a0_0 * v74;
        const double v76 = a1_0 * v74;
        const double v77 = -a1_0;
        const double v78 = fma(v73, v77, v75);
        const double v79 = fma(a0_0, v73, v76);
        a0[q] = pair{v78, v79};
    }
}

// transform: lines of 36
extern "C" __global__ void __launch_bounds__(96)
lines_3(
    pair *a0,
    const pair *__restrict__ a1,
    const pair *__restrict__ roots,
    int lines)
{
    extern __shared__ real exchange[];
    const int lane = (int)threadIdx.x, own = (int)threadIdx.y;
    const int line = (int)blockIdx.x * 16 + own;
    const bool mine = line < lines;
    const int at = least(line, lines - 1), i = at / 16, j = at % 16;
    pair x[6];
    #pragma unroll
    for (int e = 0; e < 6; e++) {
        const int k = lane + 6 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        x[e] = a1[q0];
    }
    stage<36, 6, 6, 1, false>(x, roots, lane);
    hand_on<36, 6, 6, 1, 1, 38>(x, exchange, lane, own);
    stage<36, 6, 6, 6, false>(x, roots, lane);
    #pragma unroll
    for (int e = 0; e < 6; e++) {
        const int k = lane + 6 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        if (mine) a0[q0] = x[e];
    }
}

// transform, multiplier, transform back: lines of 16
extern "C" __global__ void __launch_bounds__(64)
lines_4(
    pair *a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
    int lines)
{
    const int lane = (int)threadIdx.y, own = (int)threadIdx.x;
    const int line = (int)blockIdx.x * 64 + own;
    const bool mine = line < lines;
    const int at = least(line, lines - 1), i = at / 36, k = at % 36;
    pair x[16];
    #pragma unroll
    for (int e = 0; e < 16; e++) {
        const int j = lane + 1 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        x[e] = a0[q0];
    }
    stage<16, 16, 16, 1, false>(x, 0, lane);
    #pragma unroll
    for (int e = 0; e < 16; e++) {
        const int j = lane + 1 * e;
        const int q1 = (int)i * 1024 + (int)j * 64 + k;
        real w0_0, w0_1;
        {
            const double a0_0 = x[e].re;
            const double a1_0 = x[e].im;
            const double a2_0 = a1[q1];
            const double a3_0 = a2[q1];
            const double v4 = a0_0 * a2_0;
            const double v5 = a1_0 * a3_0;
            const double v6 = a0_0 * a3_0;
            const double v7 = a1_0 * a2_0;
            const double v8 = v4 - v5;
            const double v9 = v6 + v7;
            w0_0 = v8;
            w0_1 = v9;
        }
        x[e] = pair{w0_0, w0_1};
    }
    #pragma unroll
    for (int e = 0; e < 16; e++) x[e] = pair{x[e].re * 0x1.c71c71c71c71cp-10, x[e].im * 0x1.c71c71c71c71cp-10};
    stage<16, 16, 16, 1, true>(x, 0, lane);
    #pragma unroll
    for (int e = 0; e < 16; e++) {
        const int j = lane + 1 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        if (mine) a0[q0] = x[e];
    }
}

// transform back, pointwise flow: lines of 36
extern "C" __global__ void __launch_bounds__(96)
lines_5(
    pair *a0,
    const pair *__restrict__ a1,
    const pair *__restrict__ back,
    const double *__restrict__ scalars,
    int lines)
{
    extern __shared__ real exchange[];
    const int lane = (int)threadIdx.x, own = (int)threadIdx.y;
    const int line = (int)blockIdx.x * 16 + own;
    const bool mine = line < lines;
    const int at = least(line, lines - 1), i = at / 16, j = at % 16;
    pair x[6];
    #pragma unroll
    for (int e = 0; e < 6; e++) {
        const int k = lane + 6 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        x[e] = a1[q0];
    }
    stage<36, 6, 6, 1, true>(x, back, lane);
    hand_on<36, 6, 6, 1, 1, 38>(x, exchange, lane, own);
    stage<36, 6, 6, 6, true>(x, back, lane);
    #pragma unroll
    for (int e = 0; e < 6; e++) {
        const int k = lane + 6 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        real w0_0, w0_1;
        {
            const double a0_0 = x[e].re;
            const double a1_0 = x[e].im;
            const double v2 = a0_0 * a0_0;
            const double v3 = fma(a1_0, a1_0, v2);
            const double s1 = scalars[1]; // step
            const double v5 = v3 * s1;
            const double v6 = -v5;
            const double v8 = v5 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
            const double v9 = -v8;
            const double v10 = rint(v9);
            const double v12 = fma(v10, (-0x1.921fb54442d18p+0), v6); // -1.5707963267948966
            const double v14 = fma(v10, (-0x1.1a62633145c07p-54), v12); // -6.123233995736766e-17
            const double v16 = fma(v10, 0x1.f1976b7ed8fbcp-110, v14); // 1.4973849048591698e-33
            const double v17 = v16 * v16;
            const double v20 = fma(v17, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
            const double v22 = fma(v17, v20, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
            const double v24 = fma(v17, v22, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
            const double v26 = fma(v17, v24, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
            const double v28 = fma(v17, v26, 0x1.1111111111108p-7); // 0.008333333333333318
            const double v30 = fma(v17, v28, (-0x1.5555555555555p-3)); // -0.16666666666666666
            const double v31 = v16 * v17;
            const double v32 = fma(v30, v31, v16);
            const double v35 = fma(v17, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
            const double v37 = fma(v17, v35, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
            const double v39 = fma(v17, v37, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
            const double v41 = fma(v17, v39, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
            const double v43 = fma(v17, v41, 0x1.5555555555552p-5); // 0.041666666666666644
            const double v44 = v17 * v17;
            const double v47 = fma(v17, (-0x1p-1), 1.0); // -0.5
            const double v48 = fma(v43, v44, v47);
            const double v50 = v10 * 0x1p-2; // 0.25
            const double v51 = floor(v50);
            const double v52 = v50 - v51;
            const double v53 = (-0x1p-1) + v52; // -0.5
            const double v54 = fabs(v53);
            const bool b55 = v54 == 0x1p-2; // 0.25
            const double v56 = b55 ? v48 : v32;
            const double v57 = b55 ? v32 : v48;
            const double v58 = -v56;
            const bool b60 = v52 < 0x1p-1; // 0.5
            const double v61 = b60 ? v56 : v58;
            const double v62 = -v57;
            const double v64 = v52 + (-0x1.8p-2); // -0.375
            const double v65 = fabs(v64);
            const bool b66 = v65 < 0x1p-2; // 0.25
            const double v67 = b66 ? v62 : v57;
            const double v68 = fabs(v6);
            const bool b70 = v68 <= 0x1p+46; // 70368744177664.0
            const double v72 = b70 ? v61 : __longlong_as_double(0x7ff8000000000000LL); // NaN
            const double v73 = b70 ? v67 : __longlong_as_double(0x7ff8000000000000LL); // NaN
            const double v74 = a0_0 * v73;
            const double v75 = a1_0 * v73;
            const double v76 = -a1_0;
            const double v77 = fma(v72, v76, v74);
            const double v78 = fma(a0_0, v72, v75);
            w0_0 = v77;
            w0_1 = v78;
        }
        if (mine) a0[q0] = pair{w0_0, w0_1};
    }
}

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_6(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s2 = scalars[2]; // count
    const double s1 = scalars[1]; // step
    const double v4 = s0 + s1;
    const double v5 = s2 + 1.0;
    scalars[0] = v4; // time
    scalars[2] = v5; // count
}

// pointwise flow: cells
extern "C" __global__ void __launch_bounds__(256)
cells_7(
    const pair *__restrict__ a0,
    real *a2,
    real *a3,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s1 = scalars[1]; // step
    const double v6 = s1 * (-0x1p-1); // -0.5
    for (int j = first; j < last; j++) {
        place p = (place)i * 1024 + (place)j * 64 + k;
        place q = (place)i * 576 + (place)j * 36 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double v2 = a0_0 * a0_0;
        const double v3 = fma(a1_0, a1_0, v2);
        const double v7 = v3 * v6;
        const double v8 = -v7;
        const double v10 = v7 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v11 = -v10;
        const double v12 = rint(v11);
        const double v14 = fma(v12, (-0x1.921fb54442d18p+0), v8); // -1.5707963267948966
        const double v16 = fma(v12, (-0x1.1a62633145c07p-54), v14); // -6.123233995736766e-17
        const double v18 = fma(v12, 0x1.f1976b7ed8fbcp-110, v16); // 1.4973849048591698e-33
        const double v19 = v18 * v18;
        const double v22 = fma(v19, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v24 = fma(v19, v22, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v26 = fma(v19, v24, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v28 = fma(v19, v26, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v30 = fma(v19, v28, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v32 = fma(v19, v30, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v33 = v18 * v19;
        const double v34 = fma(v32, v33, v18);
        const double v37 = fma(v19, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v39 = fma(v19, v37, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v41 = fma(v19, v39, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v43 = fma(v19, v41, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v45 = fma(v19, v43, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v46 = v19 * v19;
        const double v48 = fma((-0x1p-1), v19, 1.0); // -0.5
        const double v49 = fma(v45, v46, v48);
        const double v51 = v12 * 0x1p-2; // 0.25
        const double v52 = floor(v51);
        const double v53 = v51 - v52;
        const double v54 = (-0x1p-1) + v53; // -0.5
        const double v55 = fabs(v54);
        const bool b56 = v55 == 0x1p-2; // 0.25
        const double v57 = b56 ? v49 : v34;
        const double v58 = b56 ? v34 : v49;
        const double v59 = -v57;
        const bool b61 = v53 < 0x1p-1; // 0.5
        const double v62 = b61 ? v57 : v59;
        const double v63 = -v58;
        const double v65 = v53 + (-0x1.8p-2); // -0.375
        const double v66 = fabs(v65);
        const bool b67 = v66 < 0x1p-2; // 0.25
        const double v68 = b67 ? v63 : v58;
        const double v69 = fabs(v8);
        const bool b71 = v69 <= 0x1p+46; // 70368744177664.0
        const double v73 = b71 ? v62 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v74 = b71 ? v68 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v75 = a0_0 * v74;
        const double v76 = a1_0 * v74;
        const double v77 = -a1_0;
        const double v78 = fma(v73, v77, v75);
        const double v79 = fma(a0_0, v73, v76);
        a2[p] = v78;
        a3[p] = v79;
    }
}

// pointwise flow: cells
extern "C" __global__ void __launch_bounds__(256)
cells_8(
    pair *a0,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x), i = i0;
    if (k >= k0 + nk) return;
    const int first = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y) * chunk, last = least(first + chunk, j0 + nj);
    const double s1 = scalars[1]; // step
    const double v6 = s1 * 0x1p-1; // 0.5
    const double s4 = scalars[4]; // former step
    const double v9 = fma(s4, (-0x1p-1), v6); // -0.5
    for (int j = first; j < last; j++) {
        place q = (place)i * 576 + (place)j * 36 + k;
        const pair z0_0 = a0[q];
        const double a0_0 = z0_0.re;
        const double a1_0 = z0_0.im;
        const double v2 = a0_0 * a0_0;
        const double v3 = fma(a1_0, a1_0, v2);
        const double v10 = v3 * v9;
        const double v11 = -v10;
        const double v13 = v10 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
        const double v14 = -v13;
        const double v15 = rint(v14);
        const double v17 = fma(v15, (-0x1.921fb54442d18p+0), v11); // -1.5707963267948966
        const double v19 = fma(v15, (-0x1.1a62633145c07p-54), v17); // -6.123233995736766e-17
        const double v21 = fma(v15, 0x1.f1976b7ed8fbcp-110, v19); // 1.4973849048591698e-33
        const double v22 = v21 * v21;
        const double v25 = fma(v22, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v27 = fma(v22, v25, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v29 = fma(v22, v27, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v31 = fma(v22, v29, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v33 = fma(v22, v31, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v35 = fma(v22, v33, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v36 = v21 * v22;
        const double v37 = fma(v35, v36, v21);
        const double v40 = fma(v22, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v42 = fma(v22, v40, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v44 = fma(v22, v42, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v46 = fma(v22, v44, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v48 = fma(v22, v46, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v49 = v22 * v22;
        const double v51 = fma((-0x1p-1), v22, 1.0); // -0.5
        const double v52 = fma(v48, v49, v51);
        const double v54 = v15 * 0x1p-2; // 0.25
        const double v55 = floor(v54);
        const double v56 = v54 - v55;
        const double v57 = (-0x1p-1) + v56; // -0.5
        const double v58 = fabs(v57);
        const bool b59 = v58 == 0x1p-2; // 0.25
        const double v60 = b59 ? v52 : v37;
        const double v61 = b59 ? v37 : v52;
        const double v62 = -v60;
        const bool b63 = v56 < 0x1p-1; // 0.5
        const double v64 = b63 ? v60 : v62;
        const double v65 = -v61;
        const double v67 = v56 + (-0x1.8p-2); // -0.375
        const double v68 = fabs(v67);
        const bool b69 = v68 < 0x1p-2; // 0.25
        const double v70 = b69 ? v65 : v61;
        const double v71 = fabs(v11);
        const bool b73 = v71 <= 0x1p+46; // 70368744177664.0
        const double v75 = b73 ? v64 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v76 = b73 ? v70 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v77 = a0_0 * v76;
        const double v78 = a1_0 * v76;
        const double v79 = -a1_0;
        const double v80 = fma(v75, v79, v77);
        const double v81 = fma(a0_0, v75, v78);
        a0[q] = pair{v80, v81};
    }
}

// transform back, pointwise flow, transform: lines of 36
extern "C" __global__ void __launch_bounds__(96)
lines_9(
    pair *a0,
    const pair *__restrict__ roots,
    const pair *__restrict__ back,
    const double *__restrict__ scalars,
    int lines)
{
    extern __shared__ real exchange[];
    const int lane = (int)threadIdx.x, own = (int)threadIdx.y;
    const int line = (int)blockIdx.x * 16 + own;
    const bool mine = line < lines;
    const int at = least(line, lines - 1), i = at / 16, j = at % 16;
    pair x[6];
    #pragma unroll
    for (int e = 0; e < 6; e++) {
        const int k = lane + 6 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        x[e] = a0[q0];
    }
    stage<36, 6, 6, 1, true>(x, back, lane);
    hand_on<36, 6, 6, 1, 1, 38>(x, exchange, lane, own);
    stage<36, 6, 6, 6, true>(x, back, lane);
    #pragma unroll
    for (int e = 0; e < 6; e++) {
        const int k = lane + 6 * e;
        real w0_0, w0_1;
        {
            const double a0_0 = x[e].re;
            const double a1_0 = x[e].im;
            const double v2 = a0_0 * a0_0;
            const double v3 = fma(a1_0, a1_0, v2);
            const double s1 = scalars[1]; // step
            const double v5 = v3 * s1;
            const double v6 = -v5;
            const double v8 = v5 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
            const double v9 = -v8;
            const double v10 = rint(v9);
            const double v12 = fma(v10, (-0x1.921fb54442d18p+0), v6); // -1.5707963267948966
            const double v14 = fma(v10, (-0x1.1a62633145c07p-54), v12); // -6.123233995736766e-17
            const double v16 = fma(v10, 0x1.f1976b7ed8fbcp-110, v14); // 1.4973849048591698e-33
            const double v17 = v16 * v16;
            const double v20 = fma(v17, (-0x1.aa6715df4bee3p-41), 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
            const double v22 = fma(v17, v20, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
            const double v24 = fma(v17, v22, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
            const double v26 = fma(v17, v24, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
            const double v28 = fma(v17, v26, 0x1.1111111111108p-7); // 0.008333333333333318
            const double v30 = fma(v17, v28, (-0x1.5555555555555p-3)); // -0.16666666666666666
            const double v31 = v16 * v17;
            const double v32 = fma(v30, v31, v16);
            const double v35 = fma(v17, (-0x1.8fc2972a3cae7p-37), 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
            const double v37 = fma(v17, v35, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
            const double v39 = fma(v17, v37, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
            const double v41 = fma(v17, v39, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
            const double v43 = fma(v17, v41, 0x1.5555555555552p-5); // 0.041666666666666644
            const double v44 = v17 * v17;
            const double v47 = fma(v17, (-0x1p-1), 1.0); // -0.5
            const double v48 = fma(v43, v44, v47);
            const double v50 = v10 * 0x1p-2; // 0.25
            const double v51 = floor(v50);
            const double v52 = v50 - v51;
            const double v53 = (-0x1p-1) + v52; // -0.5
            const double v54 = fabs(v53);
            const bool b55 = v54 == 0x1p-2; // 0.25
            const double v56 = b55 ? v48 : v32;
            const double v57 = b55 ? v32 : v48;
            const double v58 = -v56;
            const bool b60 = v52 < 0x1p-1; // 0.5
            const double v61 = b60 ? v56 : v58;
            const double v62 = -v57;
            const double v64 = v52 + (-0x1.8p-2); // -0.375
            const double v65 = fabs(v64);
            const bool b66 = v65 < 0x1p-2; // 0.25
            const double v67 = b66 ? v62 : v57;
            const double v68 = fabs(v6);
            const bool b70 = v68 <= 0x1p+46; // 70368744177664.0
            const double v72 = b70 ? v61 : __longlong_as_double(0x7ff8000000000000LL); // NaN
            const double v73 = b70 ? v67 : __longlong_as_double(0x7ff8000000000000LL); // NaN
            const double v74 = a0_0 * v73;
            const double v75 = a1_0 * v73;
            const double v76 = -a1_0;
            const double v77 = fma(v72, v76, v74);
            const double v78 = fma(a0_0, v72, v75);
            w0_0 = v77;
            w0_1 = v78;
        }
        x[e] = pair{w0_0, w0_1};
    }
    stage<36, 6, 6, 1, false>(x, roots, lane);
    hand_on<36, 6, 6, 1, 1, 38>(x, exchange, lane, own);
    stage<36, 6, 6, 6, false>(x, roots, lane);
    #pragma unroll
    for (int e = 0; e < 6; e++) {
        const int k = lane + 6 * e;
        const int q0 = (int)i * 576 + (int)j * 36 + k;
        if (mine) a0[q0] = x[e];
    }
}

// steps in one go: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_10(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s2 = scalars[2]; // count
    const double s1 = scalars[1]; // step
    const double v4 = s0 + s1;
    const double v5 = s2 + 1.0;
    scalars[0] = v4; // time
    scalars[2] = v5; // count
}

// steps in one go: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_11(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s2 = scalars[2]; // count
    const double s1 = scalars[1]; // step
    const double v4 = s0 + s1;
    const double v5 = s2 + 1.0;
    scalars[0] = v4; // time
    scalars[2] = v5; // count
}

// steps in one go: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_12(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s2 = scalars[2]; // count
    const double s1 = scalars[1]; // step
    const double v4 = s0 + s1;
    const double v5 = s2 + 1.0;
    scalars[0] = v4; // time
    scalars[2] = v5; // count
}

// steps in one go: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_13(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s2 = scalars[2]; // count
    const double s1 = scalars[1]; // step
    const double v4 = s0 + s1;
    const double v5 = s2 + 1.0;
    scalars[0] = v4; // time
    scalars[2] = v5; // count
}
