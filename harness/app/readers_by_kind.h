#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <vector>

#include "harness/core/error.h"
#include "vm/reader/reader_session.h"

namespace smx::app {

/// Opens each reader with the provider of its kind.
class ReadersByKind : public vm::ReaderProvider {
 public:
  /// `provider` outlives this.
  void add(ReaderKind kind, vm::ReaderProvider& provider) { providers_[kind] = &provider; }
  void add(ReaderKind kind, std::unique_ptr<vm::ReaderProvider> provider) {
    add(kind, *provider);
    owned_.push_back(std::move(provider));
  }

  std::unique_ptr<vm::ReaderSession> open(const Reader& reader, const Card& card,
                                          const std::filesystem::path& folder) override {
    const auto it = providers_.find(reader.kind);
    if (it == providers_.end())
      throw Error(ErrorKind::internal,
                  fmt::format("nothing here opens readers of kind {}", name(reader.kind)));
    return it->second->open(reader, card, folder);
  }

 private:
  std::map<ReaderKind, vm::ReaderProvider*> providers_;
  std::vector<std::unique_ptr<vm::ReaderProvider>> owned_;
};

}  // namespace smx::app
