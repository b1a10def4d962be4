// A compiler that gives the text back as if it were machine code.

#include <cstring>
#include <string>

struct Program { std::string text, log; };

extern "C" {

static int compilations;
int pretend_compilations() { return compilations; }

const char *nvrtcGetErrorString(int error) { return error == 6 ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR unknown"; }
int nvrtcVersion(int *major, int *minor) { *major = 13; *minor = 0; return 0; }
int nvrtcGetNumSupportedArchs(int *count) { *count = 3; return 0; }
int nvrtcGetSupportedArchs(int *known) { known[0] = 75; known[1] = 80; known[2] = 90; return 0; }
int nvrtcCreateProgram(void **program, const char *text, const char *, int, const char *const *, const char *const *)
{
    *program = new Program{text, ""};
    return 0;
}
int nvrtcDestroyProgram(void **program) { delete (Program *)*program; return 0; }
int nvrtcCompileProgram(void *program, int count, const char *const *options)
{
    bool apart = false, card = false;
    for (int n = 0; n < count; n++) {
        // As an older compiler does with what it does not know.
        if (!strncmp(options[n], "--split-compile", 15)) return 5;
        apart |= !strcmp(options[n], "--fmad=false");
        card |= !strcmp(options[n], "--gpu-architecture=sm_90");
    }
    Program *own = (Program *)program;
    own->log = "holor.cu(1): error: refused";
    compilations++;
    return apart && card && own->text.find("REFUSE") == std::string::npos ? 0 : 6;
}
static std::string code(void *program) { return "\x7f" "ELF pretended\n" + ((Program *)program)->text + '\0'; }
int nvrtcGetCUBINSize(void *program, size_t *size) { *size = code(program).size(); return 0; }
int nvrtcGetCUBIN(void *program, char *to) { memcpy(to, code(program).data(), code(program).size()); return 0; }
int nvrtcGetProgramLogSize(void *program, size_t *size) { *size = ((Program *)program)->log.size() + 1; return 0; }
int nvrtcGetProgramLog(void *program, char *to) { strcpy(to, ((Program *)program)->log.c_str()); return 0; }

}
