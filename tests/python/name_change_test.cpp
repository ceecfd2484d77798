#include <catch2/catch.hpp>
#include <string>

#include "parsers/python/constant.h"
#include "parsers/python/module.h"

using namespace mlint;
using namespace mlint::py;

TEST_CASE("what is bound or changed without being evaluated is not known", "[python]") {
  const auto forgotten = [](const std::string& source) {
    const auto module = parse("x = ['old']\ns = 'old'\nd = {'a': []}\nclass K:\n    x = ['old']\n" + source, {});
    const auto value = [&](std::string_view name) { return !is_constant(*module.find(name)); };
    return value("x") || value("s") || value("d") || module.binding("K") != nullptr ||
           !is_constant(*module.find_class("K")->find("x"));
  };
  CHECK_FALSE(forgotten("y = x"));
  // In loops of which nobody knows the rounds.
  for (const char* statement :
       {"y = s = [1]", "a, s = 1, [1]", "def s(): pass", "class K: pass", "with f() as s: pass",
        "with f() as (a, s): pass", "for s in [1]: pass", "from a import s", "import s", "x.append(1)", "d['a'] = 1",
        "d['a'].append(1)", "x[0] = 1", "del s", "K.x = 1", "K.x.append(1)", "(s := 1)", "f(y := 1, s := 2)"}) {
    INFO(statement);
    CHECK(forgotten("for i in DEBUG:\n    " + std::string(statement)));
    CHECK(forgotten("while DEBUG:\n    " + std::string(statement)));
  }
  CHECK(forgotten("while (s := get()):\n    pass"));
  CHECK(forgotten("for s in DEBUG:\n    pass"));
  CHECK(forgotten("for a, (s, *b) in DEBUG:\n    pass"));
  CHECK(forgotten("for i in DEBUG:\n    if i:\n        break\nelse:\n    s = 1"));
  // Targets that are not followed, expressions that do something.
  for (const char* statement : {"a, *s = [1, 2]",
                                "*s, a = [1, 2]",
                                "*a, s = [1, 2]",
                                "a, s = [*DEBUG, 1]",
                                "match DEBUG:\n    case s: pass",
                                "match DEBUG:\n    case [1] as s: pass",
                                "match DEBUG:\n    case [s, *_]: pass",
                                "match DEBUG:\n    case P(a=s): pass",
                                "match DEBUG:\n    case {'a': 1, **s}: pass",
                                "x.append(1) if DEBUG else None",
                                "DEBUG and x.append(1)",
                                "x.append(DEBUG), f()",
                                "[x.append(i) for i in DEBUG]",
                                "(s := 1)",
                                "y = f(s := 1)",
                                "if (s := 1): pass",
                                "if f(s := 1): pass",
                                "d['a'] += [1]",
                                "d['a'].append(1)",
                                "d.setdefault('b', 1)",
                                "d[DEBUG] = 1",
                                "x[:] = [1]",
                                "x[0] = 1",
                                "x.clear()",
                                "x.pop()",
                                "del x[0]",
                                "K.x = [1]",
                                "K.x += [1]",
                                "K.x.append(1)",
                                "class L:\n    x.append(DEBUG)",
                                "setattr(K, 'x', 1)",
                                "f(x)",
                                "f(*x)[0].append(d.pop(1))"}) {
    INFO(statement);
    CHECK(forgotten(statement));
  }
  CHECK_FALSE(forgotten("match DEBUG:\n    case s(x=1): pass"));
  CHECK_FALSE(forgotten("print(x)"));
  const auto keeps_x = [](const std::string& source) { return is_constant(*parse(source, {}).find("x")); };
  CHECK_FALSE(keeps_x("x = y = []\ny.append(1)"));
  CHECK_FALSE(keeps_x("y = []\nx = y\ny.append(1)"));
  CHECK_FALSE(keeps_x("y = []\nx = y\ny += [1]"));
  CHECK(keeps_x("y = []\nx = list(y)\ny.append(1)"));
  CHECK_FALSE(keeps_x("y = []\nx = [y]\ny.append(1)"));
  CHECK_FALSE(keeps_x("x = []\ny = {'a': x}\ny['a'].append(1)"));
  CHECK_FALSE(keeps_x("x = []\nx.append(x)\nx[0].append(1)\nx[0][0] += [1]"));
  CHECK_FALSE(keeps_x("y = []\nx = (y, 1)\ny += [1]"));
  const auto module = parse("y = []\nclass K:\n    x = y\ny.append(1)", {});
  CHECK_FALSE(is_constant(*module.find_class("K")->find("x")));
}

TEST_CASE("a name of a function that is bound more than once, or changed, is not read", "[python]") {
  // Of the parameters p, which is given, and q, and of s and x, which are bound inside.
  const auto known = [](const std::string& lines) {
    const auto source = "def f(p, q='old'):\n    s = 'old'\n    x = ['old']\n" + lines + "    end(p, q, s, x)\n";
    const auto module = parse(source, {});
    const Value given{String{"given", {}}, {}, {}};
    const auto body = read_body(source, module, module.functions[0].span, {}, {{"p", &given}});
    std::string names;
    const auto& values = body.statements.back().values[0].as<Call>()->arguments;
    for (std::size_t i = 0; i < values.size(); ++i) names += is_constant(values[i]) ? "pqsx"[i] : '-';
    return names;
  };
  CHECK(known("    pass\n") == "p-sx");
  CHECK(known("    for t in DEBUG: pass\n") == "p-sx");
  CHECK(known("    if DEBUG: p = 1\n") == "--sx");
  for (const char* line : {"if DEBUG: s = 1", "from a import s", "match DEBUG:\n        case s: pass", "del s",
                           "with f() as s: pass", "a, *s = DEBUG", "for s in DEBUG: pass", "s += 'b'"}) {
    INFO(line);
    CHECK(known("    " + std::string(line) + "\n") == "p--x");
  }
  for (const char* line : {"x.append(1)", "x[0] = 1", "x += [1]", "del x[0]"}) {
    INFO(line);
    CHECK(known("    " + std::string(line) + "\n") == "p-s-");
  }
}
