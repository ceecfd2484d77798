#include "analyzer/operation/operation.h"

namespace mlint {

OperationKind::OperationKind() = default;
OperationKind::OperationKind(const OperationKind& other) = default;
OperationKind::OperationKind(OperationKind&& other) noexcept = default;
OperationKind& OperationKind::operator=(const OperationKind& other) = default;
OperationKind& OperationKind::operator=(OperationKind&& other) noexcept = default;
OperationKind::~OperationKind() = default;

}  // namespace mlint
