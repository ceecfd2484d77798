# The two commands of the README: `make demo` and `make test`. Both install what is missing (Debian 12, as root or with
# sudo), build, and repeat cheaply.
BUILD ?= build
TYPE  ?= Release
JOBS  ?= $(shell nproc)

# Inside the build tree: the wheel that the tests build compiles the same sources again.
export CCACHE_DIR      ?= $(abspath $(BUILD))/ccache
export CCACHE_NOHASHDIR = 1
export CCACHE_BASEDIR  ?= $(CURDIR)

.PHONY: demo test build configure deps deps-test sanitize tidy bench format check-format docs clean

demo: build
	@sh .ci/demo.sh $(BUILD)/mlint

test: deps-test configure
	@cmake --build $(BUILD) -j $(JOBS)
	@sh .ci/test.sh $(BUILD)

build: configure
	@cmake --build $(BUILD) -j $(JOBS) --target mlint

configure: deps
	@cmake -S . -B $(BUILD) -DCMAKE_BUILD_TYPE=$(TYPE) -DCMAKE_CXX_COMPILER_LAUNCHER=ccache \
	  -DCMAKE_C_COMPILER_LAUNCHER=ccache $(CMAKE_FLAGS) > /dev/null

deps:
	@sh .ci/install.sh build

deps-test:
	@sh .ci/install.sh build test

sanitize:
	@bash .ci/sanitize.sh

# SINCE=REVISION: only what changed since.
tidy:
	@bash .ci/tidy.sh $(SINCE)

bench: build
	@cmake --build $(BUILD) -j $(JOBS) --target mlint_bench
	@$(BUILD)/tests/mlint_bench $(BUILD)/mlint $(PROJECT)

format:
	@git ls-files '*.cpp' '*.h' | xargs clang-format -i

check-format:
	@git ls-files '*.cpp' '*.h' | xargs clang-format --dry-run -Werror

docs: build
	@$(BUILD)/mlint docs

clean:
	rm -rf $(BUILD)
