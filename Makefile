# The two commands of the README: `make demo` and `make test`. Both install what is missing (Debian 12, as root or with
# sudo), build, and repeat cheaply.
BUILD ?= build
TYPE  ?= Release
JOBS  ?= $(shell nproc)

.PHONY: demo test build deps deps-test bench format check-format docs clean

demo: build
	@sh .ci/demo.sh $(BUILD)/mlint

test: deps-test build
	@sh .ci/test.sh $(BUILD)

build: deps
	@cmake -S . -B $(BUILD) -DCMAKE_BUILD_TYPE=$(TYPE) $(CMAKE_FLAGS) > /dev/null
	@cmake --build $(BUILD) -j $(JOBS)

deps:
	@sh .ci/install.sh build

deps-test:
	@sh .ci/install.sh build test

bench: build
	@$(BUILD)/tests/mlint_bench fixtures

format:
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i

check-format:
	@git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror

docs: build
	@$(BUILD)/mlint docs

clean:
	rm -rf $(BUILD)
