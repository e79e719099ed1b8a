package yuntongxun

import "github.com/cattlegrid/cattlegrid/sms/template"

// Rules are what is known of Yuntongxun's templates: what stands for a variable, as copies of its documentation have it, for
// example https://www.cnblogs.com/qiqi715/p/9623631.html. Bounds of texts and signatures were not to be found.
var Rules = template.Rules{Placeholder: "{}"}
