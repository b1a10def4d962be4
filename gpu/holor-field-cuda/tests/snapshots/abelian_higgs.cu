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

// Neighbouring numbers, read and written at once.
struct __align__(16) wide { real x, y; };

// step: scalars
extern "C" __global__ void __launch_bounds__(256)
scalars_0(
    double *scalars)
{
    const double s0 = scalars[0]; // time
    const double s1 = scalars[1]; // step
    const double s3 = scalars[3]; // time origin
    const double s4 = scalars[4]; // count origin
    const double s2 = scalars[2]; // count
    const double v6 = s2 - s4;
    const double v7 = 1.0 + v6;
    const double v8 = fma(s1, v7, s3);
    const double v9 = s2 + 1.0;
    scalars[5] = s0; // time at 0 of the step
    scalars[6] = s1; // 1 step
    scalars[2] = v9; // count
    scalars[0] = v8; // time
}

#ifndef GHOSTS
#define GHOSTS
// Ghosts are counted from the far one before the first cell to the far one behind the last.
__device__ __forceinline__ int ghost(int number, int ghosts, int n)
{
    return number < ghosts ? number - ghosts : n + number - ghosts;
}
__device__ __forceinline__ int inside(int place, int n) { return (place % n + n) % n; }
#endif

// ghosts from the cells of the other side: i with 6 cells, j with 5 cells, k with 19 cells
extern "C" __global__ void __launch_bounds__(256)
ghosts_1(
    real *a0,
    real *a1,
    real *a2,
    real *a3,
    real *a4)
{
    long long c = (long long)blockIdx.x * blockDim.x + threadIdx.x;
    int i, j, k;
    if (c < 294) {
        k = (int)(c % 21) - 1;
        c /= 21;
        j = (int)(c % 7) - 1;
        c /= 7;
        i = ghost((int)c, 1, 6);
    } else if ((c -= 294) < 252) {
        k = (int)(c % 21) - 1;
        c /= 21;
        j = ghost((int)(c % 2), 1, 5);
        c /= 2;
        i = (int)c;
    } else if ((c -= 252) < 60) {
        k = ghost((int)(c % 2), 1, 19);
        c /= 2;
        j = (int)(c % 5);
        c /= 5;
        i = (int)c;
    } else {
        return;
    }
    const int from_i = inside(i, 6);
    const int from_j = inside(j, 5);
    const int from_k = inside(k, 19);
    const place p = (place)i * 448 + (place)j * 64 + k;
    const place q = (place)from_i * 448 + (place)from_j * 64 + from_k;
    a0[p] = a0[q];
    a1[p] = a1[q];
    a2[p] = a2[q];
    a3[p] = a3[q];
    a4[p] = a4[q];
}

// u + dt f: shared: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_2(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    for (int i = first; i < last; i++) {
        place p = (place)i * 448 + (place)j * 64 + k;
        const wide w0_0 = *(const wide *)(a0 + p);
        const real a0_0 = w0_0.x, a0_1 = w0_0.y;
        const real a0_2 = a0[p + 2];
        const wide w1_0 = *(const wide *)(a1 + p);
        const real a1_0 = w1_0.x, a1_1 = w1_0.y;
        const wide w1_1_0 = *(const wide *)(a1 + p + 64);
        const real a1_1_0 = w1_1_0.x, a1_1_1 = w1_1_0.y;
        const double v4 = a0_0 + a1_1_0;
        const double v5 = a1_0 + a0_1;
        const double v6 = v4 - v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+1), v6); // -3.141592653589793
        const double v13 = fma(v9, (-0x1.1a62633145c07p-53), v11); // -1.2246467991473532e-16
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-109, v13); // 2.9947698097183397e-33
        const double v17 = v9 * 0x1p-1; // 0.5
        const double v18 = floor(v17);
        const double v19 = v17 - v18;
        const double v22 = fma(v19, (-4.0), 1.0);
        const double v23 = v15 * v22;
        const double v24 = v23 * v23;
        const double v27 = fma(v24, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v29 = fma(v24, v27, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v31 = fma(v24, v29, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v33 = fma(v24, v31, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v35 = fma(v24, v33, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v37 = fma(v24, v35, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v39 = fma(v24, v37, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v40 = v23 * v24;
        const double v41 = fma(v39, v40, v23);
        const double v42 = fabs(v6);
        const bool b44 = v42 <= 0x1p+46; // 70368744177664.0
        const double v46 = b44 ? v41 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v50 = a0_1 + a1_1_1;
        const double v51 = a1_1 + a0_2;
        const double v52 = v50 - v51;
        const double v53 = v52 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v54 = rint(v53);
        const double v55 = fma(v54, (-0x1.921fb54442d18p+1), v52); // -3.141592653589793
        const double v56 = fma(v54, (-0x1.1a62633145c07p-53), v55); // -1.2246467991473532e-16
        const double v57 = fma(v54, 0x1.f1976b7ed8fbcp-109, v56); // 2.9947698097183397e-33
        const double v58 = v54 * 0x1p-1; // 0.5
        const double v59 = floor(v58);
        const double v60 = v58 - v59;
        const double v61 = fma(v60, (-4.0), 1.0);
        const double v62 = v57 * v61;
        const double v63 = v62 * v62;
        const double v64 = fma(v63, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v65 = fma(v63, v64, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v66 = fma(v63, v65, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v67 = fma(v63, v66, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v68 = fma(v63, v67, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v69 = fma(v63, v68, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v70 = fma(v63, v69, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v71 = v62 * v63;
        const double v72 = fma(v70, v71, v62);
        const double v73 = fabs(v52);
        const bool b74 = v73 <= 0x1p+46; // 70368744177664.0
        const double v75 = b74 ? v72 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        if (whole) {
            *(wide *)(a2 + p) = wide{v46, v75};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v46; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v75; }
        }
    }
}

// u + dt f: shared: cells
extern "C" __global__ void __launch_bounds__(256)
cells_3(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    for (int i = first; i < last; i++) {
        place p = (place)i * 448 + (place)j * 64 + k;
        const double a0_0 = a0[p];
        const double a1_0 = a1[p];
        const double a1_1_0 = a1[p + 64];
        const double a0_1 = a0[p + 1];
        const double v4 = a0_0 + a1_1_0;
        const double v5 = a1_0 + a0_1;
        const double v6 = v4 - v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+1), v6); // -3.141592653589793
        const double v13 = fma(v9, (-0x1.1a62633145c07p-53), v11); // -1.2246467991473532e-16
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-109, v13); // 2.9947698097183397e-33
        const double v17 = v9 * 0x1p-1; // 0.5
        const double v18 = floor(v17);
        const double v19 = v17 - v18;
        const double v22 = fma(v19, (-4.0), 1.0);
        const double v23 = v15 * v22;
        const double v24 = v23 * v23;
        const double v27 = fma(v24, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v29 = fma(v24, v27, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v31 = fma(v24, v29, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v33 = fma(v24, v31, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v35 = fma(v24, v33, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v37 = fma(v24, v35, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v39 = fma(v24, v37, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v40 = v23 * v24;
        const double v41 = fma(v39, v40, v23);
        const double v42 = fabs(v6);
        const bool b44 = v42 <= 0x1p+46; // 70368744177664.0
        const double v46 = b44 ? v41 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        a2[p] = v46;
    }
}

// u + dt f: shared: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_4(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    for (; i < last; i++, p += 448) {
        const wide w1_1_0_0 = *(const wide *)(a1 + p + 448);
        const real a1_1_0_0 = w1_1_0_0.x, a1_1_0_1 = w1_1_0_0.y;
        const wide w0_0 = *(const wide *)(a0 + p);
        const real a0_0 = w0_0.x, a0_1 = w0_0.y;
        const real a0_2 = a0[p + 2];
        const double v4 = a0_0 + a1_1_0_0;
        const double v5 = a1_0 + a0_1;
        const double v6 = v4 - v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+1), v6); // -3.141592653589793
        const double v13 = fma(v9, (-0x1.1a62633145c07p-53), v11); // -1.2246467991473532e-16
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-109, v13); // 2.9947698097183397e-33
        const double v17 = v9 * 0x1p-1; // 0.5
        const double v18 = floor(v17);
        const double v19 = v17 - v18;
        const double v22 = fma(v19, (-4.0), 1.0);
        const double v23 = v15 * v22;
        const double v24 = v23 * v23;
        const double v27 = fma(v24, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v29 = fma(v24, v27, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v31 = fma(v24, v29, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v33 = fma(v24, v31, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v35 = fma(v24, v33, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v37 = fma(v24, v35, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v39 = fma(v24, v37, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v40 = v23 * v24;
        const double v41 = fma(v39, v40, v23);
        const double v42 = fabs(v6);
        const bool b44 = v42 <= 0x1p+46; // 70368744177664.0
        const double v46 = b44 ? v41 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v50 = a0_1 + a1_1_0_1;
        const double v51 = a1_1 + a0_2;
        const double v52 = v50 - v51;
        const double v53 = v52 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v54 = rint(v53);
        const double v55 = fma(v54, (-0x1.921fb54442d18p+1), v52); // -3.141592653589793
        const double v56 = fma(v54, (-0x1.1a62633145c07p-53), v55); // -1.2246467991473532e-16
        const double v57 = fma(v54, 0x1.f1976b7ed8fbcp-109, v56); // 2.9947698097183397e-33
        const double v58 = v54 * 0x1p-1; // 0.5
        const double v59 = floor(v58);
        const double v60 = v58 - v59;
        const double v61 = fma(v60, (-4.0), 1.0);
        const double v62 = v57 * v61;
        const double v63 = v62 * v62;
        const double v64 = fma(v63, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v65 = fma(v63, v64, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v66 = fma(v63, v65, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v67 = fma(v63, v66, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v68 = fma(v63, v67, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v69 = fma(v63, v68, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v70 = fma(v63, v69, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v71 = v62 * v63;
        const double v72 = fma(v70, v71, v62);
        const double v73 = fabs(v52);
        const bool b74 = v73 <= 0x1p+46; // 70368744177664.0
        const double v75 = b74 ? v72 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        if (whole) {
            *(wide *)(a2 + p) = wide{v46, v75};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v46; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v75; }
        }
        a1_0 = a1_1_0_0; a1_1 = a1_1_0_1;
    }
}

// u + dt f: shared: cells
extern "C" __global__ void __launch_bounds__(256)
cells_5(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    real a1_0 = a1[p];
    for (; i < last; i++, p += 448) {
        const real a1_1_0_0 = a1[p + 448];
        const double a0_0 = a0[p];
        const double a0_1 = a0[p + 1];
        const double v4 = a0_0 + a1_1_0_0;
        const double v5 = a1_0 + a0_1;
        const double v6 = v4 - v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+1), v6); // -3.141592653589793
        const double v13 = fma(v9, (-0x1.1a62633145c07p-53), v11); // -1.2246467991473532e-16
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-109, v13); // 2.9947698097183397e-33
        const double v17 = v9 * 0x1p-1; // 0.5
        const double v18 = floor(v17);
        const double v19 = v17 - v18;
        const double v22 = fma(v19, (-4.0), 1.0);
        const double v23 = v15 * v22;
        const double v24 = v23 * v23;
        const double v27 = fma(v24, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v29 = fma(v24, v27, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v31 = fma(v24, v29, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v33 = fma(v24, v31, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v35 = fma(v24, v33, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v37 = fma(v24, v35, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v39 = fma(v24, v37, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v40 = v23 * v24;
        const double v41 = fma(v39, v40, v23);
        const double v42 = fabs(v6);
        const bool b44 = v42 <= 0x1p+46; // 70368744177664.0
        const double v46 = b44 ? v41 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        a2[p] = v46;
        a1_0 = a1_1_0_0;
    }
}

// u + dt f: shared: 2 cells a thread
extern "C" __global__ void __launch_bounds__(256)
wide_6(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = (k0 & -2) + 2 * (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const bool whole = k >= k0 && k + 2 <= k0 + nk;
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    const wide w1_0 = *(const wide *)(a1 + p);
    real a1_0 = w1_0.x, a1_1 = w1_0.y;
    for (; i < last; i++, p += 448) {
        const wide w1_1_0_0 = *(const wide *)(a1 + p + 448);
        const real a1_1_0_0 = w1_1_0_0.x, a1_1_0_1 = w1_1_0_0.y;
        const wide w0_0 = *(const wide *)(a0 + p);
        const real a0_0 = w0_0.x, a0_1 = w0_0.y;
        const wide w0_1_0 = *(const wide *)(a0 + p + 64);
        const real a0_1_0 = w0_1_0.x, a0_1_1 = w0_1_0.y;
        const double v4 = a0_0 + a1_1_0_0;
        const double v5 = a1_0 + a0_1_0;
        const double v6 = v4 - v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+1), v6); // -3.141592653589793
        const double v13 = fma(v9, (-0x1.1a62633145c07p-53), v11); // -1.2246467991473532e-16
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-109, v13); // 2.9947698097183397e-33
        const double v17 = v9 * 0x1p-1; // 0.5
        const double v18 = floor(v17);
        const double v19 = v17 - v18;
        const double v22 = fma(v19, (-4.0), 1.0);
        const double v23 = v15 * v22;
        const double v24 = v23 * v23;
        const double v27 = fma(v24, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v29 = fma(v24, v27, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v31 = fma(v24, v29, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v33 = fma(v24, v31, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v35 = fma(v24, v33, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v37 = fma(v24, v35, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v39 = fma(v24, v37, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v40 = v23 * v24;
        const double v41 = fma(v39, v40, v23);
        const double v42 = fabs(v6);
        const bool b44 = v42 <= 0x1p+46; // 70368744177664.0
        const double v46 = b44 ? v41 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v51 = a0_1 + a1_1_0_1;
        const double v52 = a1_1 + a0_1_1;
        const double v53 = v51 - v52;
        const double v54 = v53 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v55 = rint(v54);
        const double v56 = fma(v55, (-0x1.921fb54442d18p+1), v53); // -3.141592653589793
        const double v57 = fma(v55, (-0x1.1a62633145c07p-53), v56); // -1.2246467991473532e-16
        const double v58 = fma(v55, 0x1.f1976b7ed8fbcp-109, v57); // 2.9947698097183397e-33
        const double v59 = v55 * 0x1p-1; // 0.5
        const double v60 = floor(v59);
        const double v61 = v59 - v60;
        const double v62 = fma(v61, (-4.0), 1.0);
        const double v63 = v58 * v62;
        const double v64 = v63 * v63;
        const double v65 = fma(v64, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v66 = fma(v64, v65, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v67 = fma(v64, v66, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v68 = fma(v64, v67, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v69 = fma(v64, v68, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v70 = fma(v64, v69, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v71 = fma(v64, v70, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v72 = v63 * v64;
        const double v73 = fma(v71, v72, v63);
        const double v74 = fabs(v53);
        const bool b75 = v74 <= 0x1p+46; // 70368744177664.0
        const double v76 = b75 ? v73 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        if (whole) {
            *(wide *)(a2 + p) = wide{v46, v76};
        } else {
            if (k >= k0 && k < k0 + nk) { a2[p] = v46; }
            if (k + 1 >= k0 && k + 1 < k0 + nk) { a2[p + 1] = v76; }
        }
        a1_0 = a1_1_0_0; a1_1 = a1_1_0_1;
    }
}

// u + dt f: shared: cells
extern "C" __global__ void __launch_bounds__(256)
cells_7(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    real *a2,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    real a1_0 = a1[p];
    for (; i < last; i++, p += 448) {
        const real a1_1_0_0 = a1[p + 448];
        const double a0_0 = a0[p];
        const double a0_1_0 = a0[p + 64];
        const double v4 = a0_0 + a1_1_0_0;
        const double v5 = a1_0 + a0_1_0;
        const double v6 = v4 - v5;
        const double v8 = v6 * 0x1.45f306dc9c883p-2; // 0.3183098861837907
        const double v9 = rint(v8);
        const double v11 = fma(v9, (-0x1.921fb54442d18p+1), v6); // -3.141592653589793
        const double v13 = fma(v9, (-0x1.1a62633145c07p-53), v11); // -1.2246467991473532e-16
        const double v15 = fma(v9, 0x1.f1976b7ed8fbcp-109, v13); // 2.9947698097183397e-33
        const double v17 = v9 * 0x1p-1; // 0.5
        const double v18 = floor(v17);
        const double v19 = v17 - v18;
        const double v22 = fma(v19, (-4.0), 1.0);
        const double v23 = v15 * v22;
        const double v24 = v23 * v23;
        const double v27 = fma(v24, 0x1.8762b566e25e7p-49, (-0x1.ae3baaaccf018p-41)); // 2.7157830184226773e-15, -7.642474618384953e-13
        const double v29 = fma(v24, v27, 0x1.6123ae50dbe09p-33); // 1.6058919691152487e-10
        const double v31 = fma(v24, v29, (-0x1.ae645457d5473p-26)); // -2.5052106472054905e-8
        const double v33 = fma(v24, v31, 0x1.71de3a518a348p-19); // 2.755731920673849e-6
        const double v35 = fma(v24, v33, (-0x1.a01a01a01239fp-13)); // -0.00019841269841183466
        const double v37 = fma(v24, v35, 0x1.1111111111098p-7); // 0.008333333333333123
        const double v39 = fma(v24, v37, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v40 = v23 * v24;
        const double v41 = fma(v39, v40, v23);
        const double v42 = fabs(v6);
        const bool b44 = v42 <= 0x1p+46; // 70368744177664.0
        const double v46 = b44 ? v41 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        a2[p] = v46;
        a1_0 = a1_1_0_0;
    }
}

// u + dt f: cells
extern "C" __global__ void __launch_bounds__(256)
cells_8(
    const real *__restrict__ a0,
    const real *__restrict__ a1,
    const real *__restrict__ a2,
    const real *__restrict__ a3,
    const real *__restrict__ a4,
    real *a5,
    real *a6,
    real *a7,
    real *a8,
    real *a9,
    const real *__restrict__ a10,
    const real *__restrict__ a11,
    const real *__restrict__ a12,
    const double *__restrict__ scalars,
    int i0,
    int j0,
    int k0,
    int ni,
    int nj,
    int nk,
    int chunk)
{
    const int k = k0 + (int)(blockIdx.x * blockDim.x + threadIdx.x);
    const int j = j0 + (int)(blockIdx.y * blockDim.y + threadIdx.y);
    if (k >= k0 + nk || j >= j0 + nj) return;
    const int first = i0 + (int)blockIdx.z * chunk, last = least(first + chunk, i0 + ni);
    const double s6 = scalars[6]; // 1 step
    if (first >= last) return;
    int i = first;
    place p = (place)i * 448 + (place)j * 64 + k;
    real a0_m1_0_0 = a0[p - 448];
    real a0_0 = a0[p];
    real a1_m1_0_0 = a1[p - 448];
    real a1_0 = a1[p];
    real a2_m1_0_0 = a2[p - 448];
    real a10_m1_0_0 = a10[p - 448];
    real a11_m1_0_0 = a11[p - 448];
    for (; i < last; i++, p += 448) {
        const real a0_1_0_0 = a0[p + 448];
        const real a1_1_0_0 = a1[p + 448];
        const real a2_0 = a2[p];
        const real a10_0 = a10[p];
        const real a11_0 = a11[p];
        const double a3_0 = a3[p];
        const double a0_1_0 = a0[p + 64];
        const double a1_1_0 = a1[p + 64];
        const double a3_m1_0 = a3[p - 64];
        const double a0_m1_0 = a0[p - 64];
        const double a1_m1_0 = a1[p - 64];
        const double a4_0 = a4[p];
        const double a0_1 = a0[p + 1];
        const double a1_1 = a1[p + 1];
        const double a4_m1 = a4[p - 1];
        const double a0_m1 = a0[p - 1];
        const double a1_m1 = a1[p - 1];
        const double a10_m1_0 = a10[p - 64];
        const double a11_m1 = a11[p - 1];
        const double a12_0 = a12[p];
        const double a12_m1 = a12[p - 1];
        const double a12_m1_0 = a12[p - 64];
        const double v1 = a0_0 * a0_0;
        const double v3 = fma(a1_0, a1_0, v1);
        const double v6 = fma(v3, (-0x1p-1), 0x1p-1); // -0.5, 0.5
        const double v8 = -a2_0;
        const double v10 = a2_0 * 0x1.45f306dc9c883p-1; // 0.6366197723675814
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
        const bool b60 = v53 < 0x1p-1; // 0.5
        const double v61 = b60 ? v57 : v59;
        const double v62 = -v58;
        const double v64 = v53 + (-0x1.8p-2); // -0.375
        const double v65 = fabs(v64);
        const bool b66 = v65 < 0x1p-2; // 0.25
        const double v67 = b66 ? v62 : v58;
        const double v68 = fabs(v8);
        const bool b70 = v68 <= 0x1p+46; // 70368744177664.0
        const double v72 = b70 ? v61 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v73 = b70 ? v67 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v75 = v73 * a0_1_0_0;
        const double v77 = v72 * a1_1_0_0;
        const double v79 = 0x1.45f306dc9c883p-1 * a2_m1_0_0; // 0.6366197723675814
        const double v80 = rint(v79);
        const double v81 = fma((-0x1.921fb54442d18p+0), v80, a2_m1_0_0); // -1.5707963267948966
        const double v82 = fma((-0x1.1a62633145c07p-54), v80, v81); // -6.123233995736766e-17
        const double v83 = fma(0x1.f1976b7ed8fbcp-110, v80, v82); // 1.4973849048591698e-33
        const double v84 = v83 * v83;
        const double v85 = fma((-0x1.aa6715df4bee3p-41), v84, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v86 = fma(v84, v85, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v87 = fma(v84, v86, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v88 = fma(v84, v87, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v89 = fma(v84, v88, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v90 = fma(v84, v89, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v91 = v83 * v84;
        const double v92 = fma(v90, v91, v83);
        const double v93 = fma((-0x1.8fc2972a3cae7p-37), v84, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v94 = fma(v84, v93, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v95 = fma(v84, v94, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v96 = fma(v84, v95, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v97 = fma(v84, v96, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v98 = v84 * v84;
        const double v99 = fma((-0x1p-1), v84, 1.0); // -0.5
        const double v100 = fma(v97, v98, v99);
        const double v101 = 0x1p-2 * v80; // 0.25
        const double v102 = floor(v101);
        const double v103 = v101 - v102;
        const double v104 = (-0x1p-1) + v103; // -0.5
        const double v105 = fabs(v104);
        const bool b106 = v105 == 0x1p-2; // 0.25
        const double v107 = b106 ? v100 : v92;
        const double v108 = b106 ? v92 : v100;
        const double v109 = -v107;
        const bool b110 = v103 < 0x1p-1; // 0.5
        const double v111 = b110 ? v107 : v109;
        const double v112 = -v108;
        const double v113 = (-0x1.8p-2) + v103; // -0.375
        const double v114 = fabs(v113);
        const bool b115 = v114 < 0x1p-2; // 0.25
        const double v116 = b115 ? v112 : v108;
        const double v117 = fabs(a2_m1_0_0);
        const bool b118 = v117 <= 0x1p+46; // 70368744177664.0
        const double v119 = b118 ? v111 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v120 = b118 ? v116 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v124 = -a3_0;
        const double v125 = 0x1.45f306dc9c883p-1 * a3_0; // 0.6366197723675814
        const double v126 = -v125;
        const double v127 = rint(v126);
        const double v128 = fma((-0x1.921fb54442d18p+0), v127, v124); // -1.5707963267948966
        const double v129 = fma((-0x1.1a62633145c07p-54), v127, v128); // -6.123233995736766e-17
        const double v130 = fma(0x1.f1976b7ed8fbcp-110, v127, v129); // 1.4973849048591698e-33
        const double v131 = v130 * v130;
        const double v132 = fma((-0x1.aa6715df4bee3p-41), v131, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v133 = fma(v131, v132, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v134 = fma(v131, v133, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v135 = fma(v131, v134, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v136 = fma(v131, v135, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v137 = fma(v131, v136, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v138 = v130 * v131;
        const double v139 = fma(v137, v138, v130);
        const double v140 = fma((-0x1.8fc2972a3cae7p-37), v131, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v141 = fma(v131, v140, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v142 = fma(v131, v141, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v143 = fma(v131, v142, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v144 = fma(v131, v143, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v145 = v131 * v131;
        const double v146 = fma((-0x1p-1), v131, 1.0); // -0.5
        const double v147 = fma(v144, v145, v146);
        const double v148 = 0x1p-2 * v127; // 0.25
        const double v149 = floor(v148);
        const double v150 = v148 - v149;
        const double v151 = (-0x1p-1) + v150; // -0.5
        const double v152 = fabs(v151);
        const bool b153 = v152 == 0x1p-2; // 0.25
        const double v154 = b153 ? v147 : v139;
        const double v155 = b153 ? v139 : v147;
        const double v156 = -v154;
        const bool b157 = v150 < 0x1p-1; // 0.5
        const double v158 = b157 ? v154 : v156;
        const double v159 = -v155;
        const double v160 = (-0x1.8p-2) + v150; // -0.375
        const double v161 = fabs(v160);
        const bool b162 = v161 < 0x1p-2; // 0.25
        const double v163 = b162 ? v159 : v155;
        const double v164 = fabs(v124);
        const bool b165 = v164 <= 0x1p+46; // 70368744177664.0
        const double v166 = b165 ? v158 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v167 = b165 ? v163 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v169 = v167 * a0_1_0;
        const double v171 = v166 * a1_1_0;
        const double v173 = 0x1.45f306dc9c883p-1 * a3_m1_0; // 0.6366197723675814
        const double v174 = rint(v173);
        const double v175 = fma((-0x1.921fb54442d18p+0), v174, a3_m1_0); // -1.5707963267948966
        const double v176 = fma((-0x1.1a62633145c07p-54), v174, v175); // -6.123233995736766e-17
        const double v177 = fma(0x1.f1976b7ed8fbcp-110, v174, v176); // 1.4973849048591698e-33
        const double v178 = v177 * v177;
        const double v179 = fma((-0x1.aa6715df4bee3p-41), v178, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v180 = fma(v178, v179, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v181 = fma(v178, v180, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v182 = fma(v178, v181, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v183 = fma(v178, v182, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v184 = fma(v178, v183, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v185 = v177 * v178;
        const double v186 = fma(v184, v185, v177);
        const double v187 = fma((-0x1.8fc2972a3cae7p-37), v178, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v188 = fma(v178, v187, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v189 = fma(v178, v188, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v190 = fma(v178, v189, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v191 = fma(v178, v190, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v192 = v178 * v178;
        const double v193 = fma((-0x1p-1), v178, 1.0); // -0.5
        const double v194 = fma(v191, v192, v193);
        const double v195 = 0x1p-2 * v174; // 0.25
        const double v196 = floor(v195);
        const double v197 = v195 - v196;
        const double v198 = (-0x1p-1) + v197; // -0.5
        const double v199 = fabs(v198);
        const bool b200 = v199 == 0x1p-2; // 0.25
        const double v201 = b200 ? v194 : v186;
        const double v202 = b200 ? v186 : v194;
        const double v203 = -v201;
        const bool b204 = v197 < 0x1p-1; // 0.5
        const double v205 = b204 ? v201 : v203;
        const double v206 = -v202;
        const double v207 = (-0x1.8p-2) + v197; // -0.375
        const double v208 = fabs(v207);
        const bool b209 = v208 < 0x1p-2; // 0.25
        const double v210 = b209 ? v206 : v202;
        const double v211 = fabs(a3_m1_0);
        const bool b212 = v211 <= 0x1p+46; // 70368744177664.0
        const double v213 = b212 ? v205 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v214 = b212 ? v210 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v218 = -a4_0;
        const double v219 = 0x1.45f306dc9c883p-1 * a4_0; // 0.6366197723675814
        const double v220 = -v219;
        const double v221 = rint(v220);
        const double v222 = fma((-0x1.921fb54442d18p+0), v221, v218); // -1.5707963267948966
        const double v223 = fma((-0x1.1a62633145c07p-54), v221, v222); // -6.123233995736766e-17
        const double v224 = fma(0x1.f1976b7ed8fbcp-110, v221, v223); // 1.4973849048591698e-33
        const double v225 = v224 * v224;
        const double v226 = fma((-0x1.aa6715df4bee3p-41), v225, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v227 = fma(v225, v226, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v228 = fma(v225, v227, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v229 = fma(v225, v228, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v230 = fma(v225, v229, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v231 = fma(v225, v230, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v232 = v224 * v225;
        const double v233 = fma(v231, v232, v224);
        const double v234 = fma((-0x1.8fc2972a3cae7p-37), v225, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v235 = fma(v225, v234, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v236 = fma(v225, v235, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v237 = fma(v225, v236, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v238 = fma(v225, v237, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v239 = v225 * v225;
        const double v240 = fma((-0x1p-1), v225, 1.0); // -0.5
        const double v241 = fma(v238, v239, v240);
        const double v242 = 0x1p-2 * v221; // 0.25
        const double v243 = floor(v242);
        const double v244 = v242 - v243;
        const double v245 = (-0x1p-1) + v244; // -0.5
        const double v246 = fabs(v245);
        const bool b247 = v246 == 0x1p-2; // 0.25
        const double v248 = b247 ? v241 : v233;
        const double v249 = b247 ? v233 : v241;
        const double v250 = -v248;
        const bool b251 = v244 < 0x1p-1; // 0.5
        const double v252 = b251 ? v248 : v250;
        const double v253 = -v249;
        const double v254 = (-0x1.8p-2) + v244; // -0.375
        const double v255 = fabs(v254);
        const bool b256 = v255 < 0x1p-2; // 0.25
        const double v257 = b256 ? v253 : v249;
        const double v258 = fabs(v218);
        const bool b259 = v258 <= 0x1p+46; // 70368744177664.0
        const double v260 = b259 ? v252 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v261 = b259 ? v257 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v263 = v261 * a0_1;
        const double v265 = v260 * a1_1;
        const double v267 = 0x1.45f306dc9c883p-1 * a4_m1; // 0.6366197723675814
        const double v268 = rint(v267);
        const double v269 = fma((-0x1.921fb54442d18p+0), v268, a4_m1); // -1.5707963267948966
        const double v270 = fma((-0x1.1a62633145c07p-54), v268, v269); // -6.123233995736766e-17
        const double v271 = fma(0x1.f1976b7ed8fbcp-110, v268, v270); // 1.4973849048591698e-33
        const double v272 = v271 * v271;
        const double v273 = fma((-0x1.aa6715df4bee3p-41), v272, 0x1.6120132b66b51p-33); // -7.574433125051972e-13, 1.605827912971587e-10
        const double v274 = fma(v272, v273, (-0x1.ae6451ccb25f4p-26)); // -2.5052104212971875e-8
        const double v275 = fma(v272, v274, 0x1.71de3a529a76ap-19); // 2.7557319211461418e-6
        const double v276 = fma(v272, v275, (-0x1.a01a01a018318p-13)); // -0.00019841269841249713
        const double v277 = fma(v272, v276, 0x1.1111111111108p-7); // 0.008333333333333318
        const double v278 = fma(v272, v277, (-0x1.5555555555555p-3)); // -0.16666666666666666
        const double v279 = v271 * v272;
        const double v280 = fma(v278, v279, v271);
        const double v281 = fma((-0x1.8fc2972a3cae7p-37), v272, 0x1.1eea2a0aab1cp-29); // -1.1361865946772468e-11, 2.087579225226557e-9
        const double v282 = fma(v272, v281, (-0x1.27e4f88c78d25p-22)); // -2.755731507693126e-7
        const double v283 = fma(v272, v282, 0x1.a01a019da1accp-16); // 2.480158729281194e-5
        const double v284 = fma(v272, v283, (-0x1.6c16c16c15d86p-10)); // -0.0013888888888880803
        const double v285 = fma(v272, v284, 0x1.5555555555552p-5); // 0.041666666666666644
        const double v286 = v272 * v272;
        const double v287 = fma((-0x1p-1), v272, 1.0); // -0.5
        const double v288 = fma(v285, v286, v287);
        const double v289 = 0x1p-2 * v268; // 0.25
        const double v290 = floor(v289);
        const double v291 = v289 - v290;
        const double v292 = (-0x1p-1) + v291; // -0.5
        const double v293 = fabs(v292);
        const bool b294 = v293 == 0x1p-2; // 0.25
        const double v295 = b294 ? v288 : v280;
        const double v296 = b294 ? v280 : v288;
        const double v297 = -v295;
        const bool b298 = v291 < 0x1p-1; // 0.5
        const double v299 = b298 ? v295 : v297;
        const double v300 = -v296;
        const double v301 = (-0x1.8p-2) + v291; // -0.375
        const double v302 = fabs(v301);
        const bool b303 = v302 < 0x1p-2; // 0.25
        const double v304 = b303 ? v300 : v296;
        const double v305 = fabs(a4_m1);
        const bool b306 = v305 <= 0x1p+46; // 70368744177664.0
        const double v307 = b306 ? v299 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v308 = b306 ? v304 : __longlong_as_double(0x7ff8000000000000LL); // NaN
        const double v311 = fma(a0_0, v6, v75);
        const double v312 = fma(v120, a0_m1_0_0, v169);
        const double v313 = fma(v214, a0_m1_0, v263);
        const double v314 = v311 + v312;
        const double v315 = fma(v308, a0_m1, v313);
        const double v316 = v314 + v315;
        const double v317 = fma(v119, a1_m1_0_0, v77);
        const double v318 = fma(v213, a1_m1_0, v171);
        const double v319 = fma(v307, a1_m1, v265);
        const double v320 = v317 + v318;
        const double v321 = v319 + v320;
        const double v322 = v316 - v321;
        const double v324 = fma(a0_0, (-6.0), v322);
        const double v325 = v73 * a1_1_0_0;
        const double v326 = v72 * a0_1_0_0;
        const double v327 = v167 * a1_1_0;
        const double v328 = v166 * a0_1_0;
        const double v329 = v261 * a1_1;
        const double v330 = v260 * a0_1;
        const double v331 = fma(a1_0, v6, v325);
        const double v332 = fma(v120, a1_m1_0_0, v326);
        const double v333 = fma(v119, a0_m1_0_0, v327);
        const double v334 = fma(v214, a1_m1_0, v328);
        const double v335 = fma(v213, a0_m1_0, v329);
        const double v336 = fma(v308, a1_m1, v330);
        const double v337 = v331 + v332;
        const double v338 = v333 + v334;
        const double v339 = v335 + v336;
        const double v340 = v337 + v338;
        const double v341 = fma(v307, a0_m1, v339);
        const double v342 = v340 + v341;
        const double v343 = fma(a1_0, (-6.0), v342);
        const double v344 = v325 + v326;
        const double v345 = v75 - v77;
        const double v350 = fma(a0_0, v344, a10_m1_0);
        const double v351 = a11_m1 + v350;
        const double v352 = fma(a1_0, v345, a10_0);
        const double v353 = a11_0 + v352;
        const double v354 = v351 - v353;
        const double v355 = v327 + v328;
        const double v356 = v169 - v171;
        const double v360 = fma(a0_0, v355, a10_0);
        const double v361 = a12_m1 + v360;
        const double v362 = fma(a1_0, v356, a10_m1_0_0);
        const double v363 = a12_0 + v362;
        const double v364 = v361 - v363;
        const double v365 = v329 + v330;
        const double v366 = v263 - v265;
        const double v369 = fma(a0_0, v365, a11_0);
        const double v370 = a12_0 + v369;
        const double v371 = fma(a1_0, v366, a11_m1_0_0);
        const double v372 = a12_m1_0 + v371;
        const double v373 = v370 - v372;
        const double v375 = fma(v324, s6, a0_0);
        const double v376 = fma(v343, s6, a1_0);
        const double v377 = fma(v354, s6, a2_0);
        const double v378 = fma(v364, s6, a3_0);
        const double v379 = fma(v373, s6, a4_0);
        a5[p] = v375;
        a6[p] = v376;
        a7[p] = v377;
        a8[p] = v378;
        a9[p] = v379;
        a0_m1_0_0 = a0_0;
        a0_0 = a0_1_0_0;
        a1_m1_0_0 = a1_0;
        a1_0 = a1_1_0_0;
        a2_m1_0_0 = a2_0;
        a10_m1_0_0 = a10_0;
        a11_m1_0_0 = a11_0;
    }
}
