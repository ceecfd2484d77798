#include <utility>

#include "parsers/sql/newer_edit.h"
#include "parsers/sql/parse.h"

// SPLIT PARTITION, MERGE PARTITIONS, REPACK, property graphs: nothing of them is left for the older grammar.
namespace mlint::sql {
namespace {

class WholeReader {
 public:
  WholeReader(std::string_view text, Tokens tokens) : text_(text), tokens_(tokens) {}

  std::optional<OperationKind> run() {
    if (is("repack")) return repack();
    if (take("wait")) return wait();
    if (std::optional<OperationKind> graph = property_graph()) return graph;
    at_ = 0;
    if (!is("alter")) return std::nullopt;
    ++at_;
    if (!take("table")) return std::nullopt;
    AlterTable table;
    if (take("if")) {
      take("exists");
      table.if_exists = true;
    }
    table.name = name();
    const Span span{at_ < tokens_.size() ? tokens_[at_].span.begin : 0, tokens_.back().span.end};
    std::optional<alter::Action> action = split();
    if (!action) action = merge();
    if (!action || at_ != tokens_.size()) return std::nullopt;
    table.actions.push_back({std::move(*action), span});
    return table;
  }

 private:
  std::string_view text_;
  Tokens tokens_;
  std::size_t at_ = 0;

  bool is(std::string_view word) const { return at_ < tokens_.size() && is_word(text_, tokens_[at_], word); }
  bool take(std::string_view word) {
    if (!is(word)) return false;
    ++at_;
    return true;
  }
  bool take(char c) {
    if (at_ >= tokens_.size() || !is_punctuation(text_, tokens_[at_], c)) return false;
    ++at_;
    return true;
  }
  // WAIT FOR LSN '0/306EE20' [WITH (…)]
  std::optional<OperationKind> wait() {
    if (!take("for") || !take("lsn") || at_ >= tokens_.size() || tokens_[at_].kind != Token::Kind::string)
      return std::nullopt;
    ++at_;
    const bool options = at_ + 1 < tokens_.size() && is("with") && is_punctuation(text_, tokens_[at_ + 1], '(') &&
                         matching_bracket(text_, tokens_, at_ + 1) + 1 == tokens_.size();
    if (at_ < tokens_.size() && !options) return std::nullopt;
    return SessionCommand{"WAIT FOR"};
  }
  QualifiedName name() {
    QualifiedName result;
    do {
      if (at_ >= tokens_.size()) break;
      result.schema = std::move(result.name);
      result.name = identifier_of(text_, tokens_[at_++]);
    } while (take('.'));
    return result;
  }

  std::optional<alter::Action> split() {
    if (!take("split") || !take("partition")) return std::nullopt;
    alter::SplitPartition action;
    action.partition = name();
    if (!take("into") || !take('(')) return std::nullopt;
    do {
      if (!take("partition")) return std::nullopt;
      QualifiedName part = name();
      const std::size_t first = at_;
      std::size_t depth = 0;
      for (; at_ < tokens_.size(); ++at_) {
        const bool comma = is_punctuation(text_, tokens_[at_], ',');
        const bool close = is_punctuation(text_, tokens_[at_], ')');
        if (depth == 0 && (comma || close)) break;
        if (is_punctuation(text_, tokens_[at_], '(')) ++depth;
        if (close) --depth;
      }
      if (first == at_) return std::nullopt;
      action.into.emplace_back(std::move(part), bound({tokens_[first].span.begin, tokens_[at_ - 1].span.end}));
    } while (take(','));
    if (!take(')')) return std::nullopt;
    return action;
  }

  PartitionBound bound(Span span) const {
    const std::string create =
        "CREATE TABLE a PARTITION OF b " + std::string(text_.substr(span.begin, span.end - span.begin));
    const ParsedSql parsed = parse(create);
    if (parsed.statements.size() == 1) {
      const auto* table = parsed.statements[0].operations.at(0).as<CreateTable>();
      if (table != nullptr && table->bound) return *table->bound;
    }
    return {};
  }

  std::optional<alter::Action> merge() {
    if (!take("merge") || !take("partitions") || !take('(')) return std::nullopt;
    alter::MergePartitions action;
    do {
      action.partitions.push_back(name());
    } while (take(','));
    if (!take(')') || !take("into")) return std::nullopt;
    action.into = name();
    return action;
  }

  // CREATE, ALTER, DROP PROPERTY GRAPH (19): a view over its tables, which are only read.
  std::optional<OperationKind> property_graph() {
    const bool create = take("create"), alter = !create && take("alter");
    if (!create && !alter && !take("drop")) return std::nullopt;
    if (create && !take("temp")) take("temporary");
    if (!take("property") || !take("graph")) return std::nullopt;
    const bool if_exists = !create && take("if") && take("exists");
    if (create) {
      CreateObject graph;
      graph.name = name();
      return graph;
    }
    if (alter) return AlterObject{ObjectKind::other, name(), {}};
    Drop drop;
    drop.kind = ObjectKind::other;
    drop.if_exists = if_exists;
    do {
      drop.names.push_back(name());
    } while (take(','));
    drop.cascade = take("cascade");
    return drop;
  }

  // REPACK [(options)] [table [USING INDEX index]] (19)
  std::optional<OperationKind> repack() {
    ++at_;
    Repack operation;
    if (at_ < tokens_.size() && is_punctuation(text_, tokens_[at_], '(')) {
      const std::size_t close = matching_bracket(text_, tokens_, at_);
      for (; at_ < close; ++at_) operation.concurrently = operation.concurrently || is("concurrently");
      ++at_;
    }
    if (take("concurrently")) operation.concurrently = true;
    if (at_ < tokens_.size() && !is("using")) operation.table = name();
    if (take("using") && take("index") && at_ < tokens_.size()) operation.index = name().name;
    if (at_ < tokens_.size()) return std::nullopt;
    return operation;
  }
};

}  // namespace

std::optional<OperationKind> read_newer_statement(std::string_view text, Tokens tokens) {
  return WholeReader(text, tokens).run();
}

}  // namespace mlint::sql
