#include "harness/core/cancel.h"

#include "harness/core/error.h"

namespace smx {

void CancelToken::cancel() {
  const std::lock_guard lock(mutex_);
  if (cancelled_.exchange(true)) return;
  for (const auto& [key, wake] : callbacks_) wake();
}

void CancelToken::check() const {
  if (cancelled_) throw Cancelled();
}

CancelCallback::CancelCallback(const CancelToken& token, std::function<void()> wake) : token_(token) {
  const std::lock_guard lock(token_.mutex_);
  if (token_.cancelled_) wake();
  token_.callbacks_.emplace(this, std::move(wake));
}

CancelCallback::~CancelCallback() {
  const std::lock_guard lock(token_.mutex_);
  token_.callbacks_.erase(this);
}

}  // namespace smx
