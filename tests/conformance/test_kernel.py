"""Jupyter's own test suite for kernels: every test runs, none is skipped."""

from jupyter_kernel_test import IopubWelcomeTests, KernelTests


class TestHolor(KernelTests):
    kernel_name = "holor"
    language_name = "holor"
    file_extension = ".holor"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'eprint("careful")'
    completion_samples = [
        {"text": "nullsp", "matches": {"nullspace"}},
        {"text": "1 + eigenvec", "matches": {"eigenvectors"}},
        {"text": "\\alpha", "matches": {"α"}},
    ]
    complete_code_samples = ["1 + 1", "f(x) = x^2", "for k in 1..3 {\n  print(k)\n}", "# only words"]
    incomplete_code_samples = ["sin(", "for k in 1..3 {", "[1, 2", "1 +"]
    invalid_code_samples = ["1 + )", "]"]
    code_page_something = 'page("a page")'
    code_generate_error = "1/0"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "1/3 + 1/6", "result": "1/2"},
        {"code": "expand((x + 1)^2)", "result": "x^2 + 2*x + 1"},
        {"code": "sqrt(8)", "mime": "text/latex"},
    ]
    code_display_data = [
        {"code": "display(x^2)", "mime": "text/latex"},
        {"code": "display(plot(sin(x), x = 0..1))", "mime": "application/vnd.vegalite.v5+json"},
        {"code": "display(plot(sin(x), x = 0..1))", "mime": "image/png"},
    ]
    code_history_pattern = "1?3*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "integrate"
    code_clear_output = "clear_output()"


class TestWelcome(IopubWelcomeTests):
    kernel_name = "holor"
    support_iopub_welcome = True


# The base classes are not tests of ours.
del KernelTests, IopubWelcomeTests
