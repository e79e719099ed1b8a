package tencent

import "github.com/cattlegrid/cattlegrid/sms/template"

// Rules are what Tencent wants of templates, https://cloud.tencent.com/document/product/382/39023: a template for codes takes
// digits only, six at most. The text is counted with its signature.
var Rules = template.Rules{Placeholder: "{}", MaxText: 500, MinSignature: 2, MaxSignature: 12, MaxCode: 6}
