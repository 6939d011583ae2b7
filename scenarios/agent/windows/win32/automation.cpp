#include "scenarios/agent/windows/win32/automation.h"

#include <vector>

#include "scenarios/agent/core/reporter.h"
#include "scenarios/agent/windows/win32/system_error.h"
#include "scenarios/agent/windows/win32/text.h"
// after windows.h
#include <objbase.h>
#include <oleauto.h>

namespace smx::agent {
namespace {

std::uint32_t number(HRESULT result) {
  return static_cast<std::uint32_t>(result);
}

}  // namespace

Automation::Automation() {
  const auto result = CoInitializeEx(nullptr, COINIT_APARTMENTTHREADED);
  if (FAILED(result)) throw_trouble("starting COM", number(result));
}

Automation::~Automation() {
  CoUninitialize();
}

Variant::Variant(const std::string& text) {
  auto units = wide(text);
  value_.vt = VT_BSTR;
  value_.bstrVal = SysAllocStringLen(units.data(), static_cast<UINT>(units.size()));
  SecureZeroMemory(units.data(), units.size() * sizeof(wchar_t));
}

Variant::Variant(long value) {
  value_.vt = VT_I4;
  value_.lVal = value;
}

Variant::Variant(bool yes) {
  value_.vt = VT_BOOL;
  value_.boolVal = yes ? VARIANT_TRUE : VARIANT_FALSE;
}

Variant::Variant(IDispatch* object) {
  value_.vt = VT_DISPATCH;
  value_.pdispVal = object;
  if (object != nullptr) object->AddRef();
}

Variant::~Variant() {
  if (value_.vt == VT_BSTR && value_.bstrVal != nullptr)
    SecureZeroMemory(value_.bstrVal, SysStringByteLen(value_.bstrVal));
  VariantClear(&value_);
}

std::string Variant::text() const {
  if (value_.vt != VT_BSTR || value_.bstrVal == nullptr) return {};
  return narrow({value_.bstrVal, SysStringLen(value_.bstrVal)});
}

ComObject::ComObject(const char* class_name) : class_name_(class_name) {
  CLSID id{};
  auto result = CLSIDFromProgID(wide(class_name).c_str(), &id);
  if (SUCCEEDED(result)) {
    void* made = nullptr;
    result = CoCreateInstance(id, nullptr, CLSCTX_INPROC_SERVER, IID_IDispatch, &made);
    object_ = static_cast<IDispatch*>(made);
  }
  if (FAILED(result))
    throw StepFailure(CheckOutcome::blocked, "tool-missing",
                      "this system has no " + class_name_ + ": " + error_text(number(result)));
}

ComObject::~ComObject() {
  object_->Release();
}

Variant ComObject::call(const char* name, std::initializer_list<const Variant*> arguments) {
  return invoke(name, DISPATCH_METHOD, arguments);
}

void ComObject::put(const char* name, const Variant& value) {
  const bool object = value.raw().vt == VT_DISPATCH;
  invoke(name, object ? DISPATCH_PROPERTYPUTREF | DISPATCH_PROPERTYPUT : DISPATCH_PROPERTYPUT, {&value});
}

Variant ComObject::property(const char* name) {
  return invoke(name, DISPATCH_PROPERTYGET, {});
}

Variant ComObject::invoke(const char* name, WORD how, std::initializer_list<const Variant*> arguments) {
  auto units = wide(name);
  wchar_t* names = units.data();
  DISPID id = 0;
  auto result = object_->GetIDsOfNames(IID_NULL, &names, 1, LOCALE_USER_DEFAULT, &id);
  Variant answer;
  if (SUCCEEDED(result)) {
    // From the last to the first; the objects keep what is in them.
    std::vector<VARIANT> reversed;
    for (const auto* at = arguments.end(); at != arguments.begin();) reversed.push_back((*--at)->raw());
    DISPID put = DISPID_PROPERTYPUT;
    DISPPARAMS parameters{reversed.data(), nullptr, static_cast<UINT>(reversed.size()), 0};
    const bool puts = (how & DISPATCH_PROPERTYPUT) != 0;
    if (puts) {
      parameters.rgdispidNamedArgs = &put;
      parameters.cNamedArgs = 1;
    }
    EXCEPINFO exception{};
    result = object_->Invoke(id, IID_NULL, LOCALE_USER_DEFAULT, how, &parameters,
                             puts ? nullptr : answer.raw(), &exception, nullptr);
    // Windows' own text is localized; the code is in scode.
    if (result == DISP_E_EXCEPTION && exception.scode != 0) result = exception.scode;
    SysFreeString(exception.bstrSource);
    SysFreeString(exception.bstrDescription);
    SysFreeString(exception.bstrHelpFile);
  }
  if (FAILED(result)) throw HResult{number(result), class_name_ + "." + name};
  return answer;
}

}  // namespace smx::agent
